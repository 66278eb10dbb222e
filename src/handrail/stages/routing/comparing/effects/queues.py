"""Queues, hours, what callers get meanwhile, audits."""

from __future__ import annotations

from typing import Any  # Any: values of the language are of many kinds

from handrail.stages.routing.comparing.effects.table import effect_of, plainly
from handrail.stages.routing.comparing.words import Asked, Effect, Release, said, share
from handrail.stages.routing.language.model import AuditRules, BreachKind, Policy

# --- queues and hours


def ends_in_release(policy: Policy, queue: str) -> bool:
    """Whether an item that is late here is released in the end, at once or by way of other queues."""
    seen: set[str] = set()
    while queue in policy.queues and queue not in seen:
        seen.add(queue)
        breach = policy.queues[queue].at_breach
        if breach is None:
            return False
        if breach.kind is not BreachKind.ELEVATE:
            return breach.kind is BreachKind.RELEASE
        queue = breach.queue or ""
    return False


def _of_lateness(asked: Asked) -> Release:
    """What changes when an item is late matters for release only where lateness releases."""
    either = ends_in_release(asked.old, asked.name) or ends_in_release(asked.new, asked.name)
    return Release.UNCLEAR if either else Release.NEITHER


@effect_of("queues.*+")
def _(asked: Asked) -> Effect:
    queue = asked.new.queues[asked.name]
    release = Release.LOOSENS if ends_in_release(asked.new, asked.name) else Release.NEITHER
    sentence = f'There is a queue "{asked.name}", of kind {queue.kind.value}, for {queue.level.value} reviewers.'
    return Effect(sentence, release)


plainly("queues.*-", 'The queue "{name}" is gone; items that wait in it stay there until somebody takes them.')


@effect_of("queues.*.kind")
def _(asked: Asked) -> Effect:
    words = {
        "expert": "somebody who understands more than the model (expert)",
        "supervisor": "somebody who answers for the risk (supervisor)",
    }
    return Effect(f'The queue "{asked.name}" is for {words[asked.after]} instead of {words[asked.before]}.')


plainly("queues.*.level", 'The queue "{name}" is for {after} reviewers instead of {before} ones.')
plainly("queues.*.skills", 'Reviewers of "{name}" need the skills: {after} (until now: {before}).', nothing="none")
plainly(
    "queues.*.languages",
    'Reviewers of "{name}" need one of the languages: {after} (until now: {before}).',
    nothing="any",
)
plainly("queues.*.priority", 'Items in "{name}" have priority {after} instead of {before}.')
plainly("queues.*.warn", 'In "{name}" warnings go out before the deadline by {after} (until now: {before}).')
plainly("queues.*.fast_track", 'In "{name}" an item goes first when {after} is left (until now: {before}).')
plainly("queues.*.requires", 'In "{name}" reviewers give {after} instead of {before}.')
plainly("queues.*.reason", 'In "{name}" reviewers are asked for a reason: {after} instead of {before}.')
plainly("queues.*.lease", 'In "{name}" a reviewer holds an item for {after} instead of {before}.')
plainly("queues.*.undo", 'In "{name}" a verdict can be taken back for {after} instead of {before}.')
plainly("queues.*.least_time", 'In "{name}" an item is on screen for {after} before a verdict, instead of {before}.')


@effect_of("queues.*.hide_scores")
def _(asked: Asked) -> Effect:
    verb = "stay hidden until the reviewer has answered" if asked.after else "are shown from the start"
    return Effect(f'In "{asked.name}" scores {verb}.')


@effect_of("queues.*.deadline")
def _(asked: Asked) -> Effect:
    if asked.after is None:
        return Effect(f'Nothing is due in "{asked.name}" any more.', _of_lateness(asked))
    before = "without a deadline" if asked.before is None else f"within {asked.before}"
    return Effect(f'Items in "{asked.name}" are due within {asked.after}; until now {before}.', _of_lateness(asked))


@effect_of("queues.*.hours")
def _(asked: Asked) -> Effect:
    sentence = f'Deadlines in "{asked.name}" count in the hours {asked.after} instead of {asked.before}.'
    return Effect(sentence, _of_lateness(asked))


@effect_of("queues.*.at_breach")
def _(asked: Asked) -> Effect:
    was, comes = ends_in_release(asked.old, asked.name), ends_in_release(asked.new, asked.name)
    release = Release.NEITHER if was == comes else Release.LOOSENS if comes else Release.TIGHTENS
    return Effect(
        f'When a deadline in "{asked.name}" passes, {_breach(asked.after)}; until now {_breach(asked.before)}.', release
    )


def _breach(value: Any) -> str:
    match value:
        case "fallback":
            return "the fallback is sent"
        case "block":
            return "the output is blocked"
        case {"elevate": queue}:
            return f"the item moves to {queue}"
        case {"release": why}:
            return f'the output is released unseen ("{why}")'
        case _:
            return "nothing happens"


def _of_calendar(asked: Asked) -> Release:
    """Another calendar moves deadlines; that matters for release where one of its queues ends in release."""
    for policy in (asked.old, asked.new):
        if any(ends_in_release(policy, name) for name in policy.queues):
            return Release.UNCLEAR
    return Release.NEITHER


@effect_of("hours.*+", "hours.*-", "hours.*.zone", "hours.*.week", "hours.*.holidays")
def _(asked: Asked) -> Effect:
    if asked.before is None:
        return Effect(f'There are hours "{asked.name}"; they count for queues that name them.')
    if asked.after is None:
        return Effect(f'The hours "{asked.name}" are gone.')
    from_to = f"from {said(asked.before, 'none')} to {said(asked.after, 'none')}"
    sentence = f'The hours "{asked.name}" change {from_to}; deadlines that count in them move.'
    return Effect(sentence, _of_calendar(asked))


# --- what callers get, and audits


_SHOWN = {
    "draft": "the unreviewed output may be shown",
    "fallback": "the fallback is shown",
    "nothing": "nothing is shown",
}


@effect_of("pending.show")
def _(asked: Asked) -> Effect:
    return Effect(f"While people decide, {_SHOWN[asked.after]}; until now {_SHOWN[asked.before]}.")


plainly("pending.label", "The mark on what is shown meanwhile is now: {after}. Until now: {before}.", nothing="none")


@effect_of("fallback")
def _(asked: Asked) -> Effect:
    if asked.after is None:
        return Effect("There is no fallback text any more; where no output may go out, nothing is sent.")
    if asked.before is None:
        return Effect("Where no output may go out, this text is sent.")
    return Effect("Where no output may go out, another text is sent than before.")


def audited(rules: AuditRules) -> float:
    """The share of releases that is looked at."""
    return max(rules.share, rules.least)


@effect_of("audit.share", "audit.least")
def _(asked: Asked) -> Effect:
    was, comes = audited(asked.old.audit), audited(asked.new.audit)
    if was == comes:
        return Effect(f"As before, {share(comes)} of what is released is looked at afterwards.")
    fewer = " Errors among releases are found later." if comes < was else ""
    return Effect(f"{share(comes)} of what is released is looked at afterwards, instead of {share(was)}.{fewer}")


plainly("audit.uniform", "Nothing changes: this version draws all audits at random.")
plainly("audit.queue", "Audits go to {after} instead of {before}.", nothing="the queue of the lowest level")
