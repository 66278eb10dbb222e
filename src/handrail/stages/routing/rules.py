"""What happens to an item under a policy: one function, in the order that contract and manual promise.

The first step of 1-8 that decides wins; 9-11 follow. Pure: the level in force, a stop and chance are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any  # Any: the values a rule read are JSON

from handrail.domain.item import Autonomy, Item
from handrail.domain.route import Action, AuditDraw, Route, Show, Step, Stop
from handrail.domain.score import Score, ScoreResult
from handrail.stages.routing.conditions.compiled import Condition, View
from handrail.stages.routing.conditions.words import cut, name_of, why_holds, why_unknown, written
from handrail.stages.routing.language.model import (
    Bands,
    Handling,
    NotRun,
    Policy,
    Requires,
    Row,
    RowThen,
    Then,
)

AUDIT = "audit"
"""The purpose of the draw that picks releases for audit."""

Draw = Callable[[str], float]
_NO_HANDLING = Handling()


@dataclass(frozen=True, slots=True)
class _Decision:
    """What one step decided."""

    action: Action
    rule: str
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)
    handling: Handling = _NO_HANDLING
    category: str | None = None
    high_stakes: bool = False
    uncertified: bool = False


def route(  # noqa: PLR0913  # what an item's route rests on, each thing by its name
    policy: Policy,
    item: Item,
    scores: Sequence[Score],
    *,
    policy_version: int,
    draw: Draw,
    autonomy: Autonomy | None = None,
    stop: Stop | None = None,
    fallback: str | None = None,
    audit_always: bool = False,
) -> Route:
    """What the policy says about the item, and why.

    `scores` are those of the policy's checks and the caller's own. `autonomy` is the level in force for the item's
    segment by the ladder, None where it has none: then the policy's word holds, else gate; a capped segment stays at
    gate whatever is handed in. `draw` gives for a purpose the item's number in [0, 1) (see `draws.draw`). `fallback`
    and `audit_always` are the caller's own; the first wins over the policy's text, the second draws for sure. A capped
    segment is one of high stakes, and so are its items.
    """
    level = policy.autonomy_of(item.segment, autonomy)
    routing = _Routing(policy, item, scores, level)
    decision = routing.decide()
    audit = None
    if decision.action is Action.RELEASE:
        audit = routing.draw_audit(draw, always=audit_always)
    if decision.action is Action.RELEASE and stop is not None:
        decision, audit = routing.stopped(), None
    elif decision.action is Action.BLOCK and stop is not None and stop.freeze:
        decision = routing.frozen(decision)
    return routing.finish(decision, policy_version, audit, fallback, stop)


class _Routing:
    """One item on its way through the steps; keeps what was looked at."""

    def __init__(self, policy: Policy, item: Item, scores: Sequence[Score], level: Autonomy) -> None:
        self._policy = policy
        self._item = item
        self._level = level
        self._view = View(item, scores, level, policy.reads)
        self._steps: list[Step] = []
        answers = policy.conditions.ask(self._view)
        self._block = tuple(zip(policy.block, answers, strict=False))
        self._review = tuple(zip(policy.review, answers[len(policy.block) :], strict=True))
        self._row: _Reached | None = None

    def decide(self) -> _Decision:
        """Steps 1-8: the first that decides."""
        return (
            self._checks_block()
            or self._block_triggers()
            or self._review_triggers(high_stakes=True)
            or self._not_run()
            or self._failed_checks()
            or self._review_triggers(high_stakes=False)
            or self._by_autonomy()
            or self._bands()
        )

    # 1 and 2: what blocks

    def _checks_block(self) -> _Decision | None:
        for name, score in self._failed(Then.BLOCK):
            rule = f"checks.{name}"
            values = {f"results.{name}": score.result.value}
            self._note("checks", rule, True, values)
            return _Decision(Action.BLOCK, rule, _failed_sentence(name, score), values, category=_category_of(score))
        return None

    def _block_triggers(self) -> _Decision | None:
        for trigger, holds in self._block:
            values = self._look("block", trigger.name, trigger.when, holds)
            if holds:
                reason = why_holds(trigger.when, self._view)
                return _Decision(Action.BLOCK, trigger.name, reason, values, category=trigger.category)
        return None

    # 3 to 5: what always goes to a person

    def _review_triggers(self, *, high_stakes: bool) -> _Decision | None:
        step = "high_stakes" if high_stakes else "review"
        for trigger, holds in self._review:
            if trigger.high_stakes is not high_stakes:
                continue
            values = self._look(step, trigger.name, trigger.when, holds)
            if holds is not False:
                reason = self._why(trigger.when, holds)
                return self._to_person(trigger.name, reason, values, trigger.handling, high_stakes=high_stakes)
        return None

    def _not_run(self) -> _Decision | None:
        """A block trigger that could not be evaluated goes to a person also where the policy ignores what did not run:
        what cannot be evaluated never releases."""
        for trigger, holds in self._block:
            if holds is None:
                return self._unable(trigger.name, why_unknown(trigger.when, self._view))
        if self._policy.not_run is NotRun.IGNORE:
            return None
        missing = {name: result for name in sorted(self._policy.checks) if (result := self._did_not_run(name))}
        if not missing:
            return None
        reason = "; ".join(f"{name} {_ENDED[result]}" for name, result in missing.items())
        return self._unable("not_run", cut(reason), {f"results.{name}": result for name, result in missing.items()})

    def _unable(self, rule: str, reason: str, values: Mapping[str, Any] | None = None) -> _Decision:
        self._note("not_run", rule, True, values or {}, reason)
        return self._to_person(rule, reason, values or {}, self._general_handling())

    def _did_not_run(self, name: str) -> str | None:
        """How the check ended, if it neither ran nor was left out on purpose. One without a score did not run."""
        score = self._view.seen.scores.get(name)
        if score is None:
            return "missing"
        return score.result.value if score.result in (ScoreResult.ERRORED, ScoreResult.TIMED_OUT) else None

    def _failed_checks(self) -> _Decision | None:
        failed = dict(self._failed(Then.REVIEW))
        if not failed:
            return None
        values = {f"results.{name}": score.result.value for name, score in failed.items()}
        rule = f"checks.{min(failed)}"
        reason = cut("; ".join(_failed_sentence(name, score) for name, score in failed.items()))
        self._note("checks", rule, True, values)
        return self._to_person(rule, reason, values, self._general_handling())

    def _failed(self, then: Then) -> Iterator[tuple[str, Score]]:
        """The checks that failed and lead to `then`, by name."""
        for name in sorted(self._policy.checks):
            score = self._view.seen.scores.get(name)
            if self._policy.checks[name].then is then and score is not None and score.result is ScoreResult.FAIL:
                yield name, score

    # 6 to 8: what the level and the bands say

    def _by_autonomy(self) -> _Decision | None:
        values = {"autonomy": self._level.value}
        segment = self._item.segment
        match self._level:
            case Autonomy.GATE:
                self._note("gate", "gate", True, values)
                reason = f"every output of the segment {segment} goes to a person (gate)"
                return self._to_person("gate", reason, values, self._general_handling())
            case Autonomy.MONITOR:
                self._note("monitor", "monitor", True, values)
                reason = f"the segment {segment} is released and audited (monitor)"
                return _Decision(Action.RELEASE, "monitor", reason, values)
            case Autonomy.EXCEPTION:
                return None

    def _bands(self) -> _Decision:
        reached = self._reached()
        if reached is None:
            self._note("bands", "bands", False, {}, "the policy has no bands")
            return self._to_person("bands", "the policy has no bands, so nothing is released", {}, _NO_HANDLING)
        self._note("bands", reached.rule, True, reached.values, reached.reason)
        if reached.row.then is RowThen.RELEASE:
            return _Decision(
                Action.RELEASE, reached.rule, reached.reason, reached.values, uncertified=reached.row.uncertified
            )
        return self._to_person(reached.rule, reached.reason, reached.values, reached.row.handling)

    def _reached(self) -> _Reached | None:
        """The row of the bands that the item reaches, worked out once."""
        if self._row is None and self._policy.bands is not None:
            self._row = _row_reached(self._policy.bands, self._view)
        return self._row

    # 10 and 11: what follows

    def draw_audit(self, draw: Draw, *, always: bool) -> AuditDraw | None:
        """Whether the release is looked at afterwards, with the probability it was drawn with."""
        rules = self._policy.audit
        probability = 1.0 if always else max(rules.share, rules.least)
        number = draw(AUDIT)
        picked = number < probability
        self._note("audit", "always" if always else None, picked, {"probability": probability, "draw": number})
        return AuditDraw(probability, rules.queue or self._policy.lowest_queue) if picked else None

    def stopped(self) -> _Decision:
        """While a stop is in force a person takes what would have been released."""
        self._note("stop", "stop", True, {})
        return self._to_person("stop", "a stop is in force", {}, self._general_handling())

    def frozen(self, decision: _Decision) -> _Decision:
        """In a freeze nothing takes effect, not even a block with its fallback; a person takes the item, and no
        deadline releases what the policy would have blocked."""
        self._note("stop", "stop", True, {})
        reason = f"a freeze is in force; without it {decision.rule} would have blocked: {decision.reason}"
        return self._to_person("stop", reason, decision.values, self._general_handling(), high_stakes=True)

    def finish(
        self, decision: _Decision, policy_version: int, audit: AuditDraw | None, fallback: str | None, stop: Stop | None
    ) -> Route:
        """The Route, with everything that the decision leaves to the queue filled in."""
        text = fallback if fallback is not None else self._fallback()
        made = Route(
            action=decision.action,
            rule=decision.rule,
            reason=decision.reason,
            policy_version=policy_version,
            autonomy=self._level,
            values=decision.values,
            audit=audit,
            steps=tuple(self._steps),
            category=decision.category,
            high_stakes=decision.high_stakes or self._item.segment in self._policy.autonomy.capped,
            uncertified=decision.uncertified,
            fallback=text,
            show=Show.FALLBACK if decision.action is Action.BLOCK and text is not None else Show.NOTHING,
        )
        return self._queued(made, decision.handling, stop) if decision.action is Action.REVIEW else made

    def _queued(self, made: Route, handling: Handling, stop: Stop | None) -> Route:
        queue = self._policy.queues[handling.queue or self._policy.lowest_queue]
        pending = handling.pending or self._policy.pending
        show = pending.show
        if (show is Show.FALLBACK and made.fallback is None) or (show is Show.DRAFT and stop is not None):
            show = Show.NOTHING
        requires: Requires = handling.requires or queue.requires
        return replace(
            made,
            queue=queue.name,
            priority=self._priority(queue.priority if handling.priority is None else handling.priority),
            deadline=handling.deadline or queue.deadline,
            show=show,
            label=pending.label if show is not Show.NOTHING else None,
            requires=requires.value,
        )

    def _priority(self, priority: float | Condition) -> float:
        """A number from 0 to 100; the middle where it cannot be evaluated."""
        number = priority.number(self._view) if isinstance(priority, Condition) else priority
        return 50.0 if number is None else min(100.0, max(0.0, number))

    def _fallback(self) -> str | None:
        return None if self._policy.fallback is None else self._policy.fallback.for_language(self._item.language)

    def _general_handling(self) -> Handling:
        """For what is sent to a person by no trigger or row of its own: that of the first review trigger that holds,
        else of the row reached if it names a queue, else of the lowest level."""
        for trigger, holds in self._review:
            if holds is not False:
                return trigger.handling
        reached = self._reached()
        return reached.row.handling if reached is not None and reached.row.handling.queue else _NO_HANDLING

    def _to_person(
        self, rule: str, reason: str, values: Mapping[str, Any], handling: Handling, *, high_stakes: bool = False
    ) -> _Decision:
        return _Decision(Action.REVIEW, rule, reason, values, handling, high_stakes=high_stakes)

    def _look(self, step: str, rule: str, condition: Condition, holds: bool | None) -> dict[str, Any]:
        values = condition.values(self._view)
        note = why_unknown(condition, self._view) if holds is None else None
        self._note(step, rule, holds is not False if step != "block" else bool(holds), values, note)
        return values

    def _why(self, condition: Condition, holds: bool | None) -> str:
        return why_holds(condition, self._view) if holds else why_unknown(condition, self._view)

    def _note(
        self, step: str, rule: str | None, held: bool, values: Mapping[str, Any], note: str | None = None
    ) -> None:
        self._steps.append(Step(step, rule, held, values, note))


@dataclass(frozen=True, slots=True)
class _Reached:
    """The row of the bands that an item reaches, and why that one."""

    row: Row
    rule: str
    reason: str
    values: Mapping[str, Any]


def _row_reached(bands: Bands, view: View) -> _Reached:
    number = bands.on.number(view)
    values = bands.on.values(view)
    last = len(bands.rows) - 1
    if number is None:
        return _Reached(bands.rows[last], f"bands[{last}]", why_unknown(bands.on, view), values)
    index = next((place for place, row in enumerate(bands.rows) if _reaches(number, row)), last)
    return _Reached(bands.rows[index], f"bands[{index}]", _band_sentence(bands, index, number), values)


def _reaches(number: float, row: Row) -> bool:
    """`above` is exclusive, `from` inclusive. A row with neither is the last: nothing reaches it, all falls to it."""
    if row.above is not None:
        return number > row.above
    return row.at_least is not None and number >= row.at_least


def _band_sentence(bands: Bands, index: int, number: float) -> str:
    """`confidence 0.97 is above 0.92`, or for rows below it why it is not higher."""
    row, higher = bands.rows[index], bands.rows[index - 1] if index else None
    said: list[str] = []
    if row.above is not None:
        said.append(f"above {written(row.above, number)}")
    if row.at_least is not None:
        said.append(f"at least {written(row.at_least, number)}")
    if higher is not None and higher.above is not None:
        said.append(f"not above {written(higher.above, number)}")
    if higher is not None and higher.at_least is not None:
        said.append(f"below {written(higher.at_least, number)}")
    beside = row.above if row.above is not None else row.at_least
    if beside is None and higher is not None:
        beside = higher.above if higher.above is not None else higher.at_least
    sentence = f"is {' and '.join(said)}" if said else "reaches the only row"
    return f"{name_of(bands.on)} {written(number, beside)} {sentence}"


_ENDED = {
    "missing": "did not run",
    ScoreResult.ERRORED.value: "broke off with an error",
    ScoreResult.TIMED_OUT.value: "ran out of time",
}


def _failed_sentence(name: str, score: Score) -> str:
    return cut(f"{name} failed: {score.reason}" if score.reason else f"{name} failed")


def _category_of(score: Score) -> str | None:
    return next((finding.category for finding in score.findings if finding.category), None)
