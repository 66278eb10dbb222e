"""What items carry, which errors there are, and which checks read them."""

from __future__ import annotations

from handrail.stages.routing.comparing.effects.table import conditions, effect_of, plainly
from handrail.stages.routing.comparing.words import Asked, Effect, Release, said, share
from handrail.stages.routing.language.model import NotRun, Policy, Then

# --- what an item carries, and which errors there are

plainly(
    "error_from",
    "A review counts as an error from severity {after} on, instead of {before}; error rates change with it, no route "
    "does.",
)


def _read_in_conditions(policy: Policy, name: str) -> bool:
    return any(ref.path[:2] == ("metadata", name) for condition in conditions(policy) for ref in condition.refs)


def _of_metadata(asked: Asked) -> Release:
    """Where a condition reads the key, another declaration can let it read otherwise."""
    is_read = _read_in_conditions(asked.old, asked.name) or _read_in_conditions(asked.new, asked.name)
    return Release.UNCLEAR if is_read else Release.NEITHER


@effect_of("metadata.*+")
def _(asked: Asked) -> Effect:
    one = asked.new.metadata[asked.name]
    must = "must carry" if one.required else "may carry"
    return Effect(
        f'Items {must} "{asked.name}", {one.type.value}; items where it is otherwise are refused when they arrive.',
        _of_metadata(asked),
    )


@effect_of("metadata.*-")
def _(asked: Asked) -> Effect:
    sentence = f'"{asked.name}" is no longer declared: it may be left out or hold anything, and no search finds it.'
    return Effect(sentence, _of_metadata(asked))


@effect_of("metadata.*.type")
def _(asked: Asked) -> Effect:
    refused = f'Items in which "{asked.name}" is not {asked.after} are refused when they arrive'
    sentence = f"{refused}; until now {asked.before} was asked for."
    return Effect(sentence, _of_metadata(asked))


@effect_of("metadata.*.required")
def _(asked: Asked) -> Effect:
    if asked.after:
        return Effect(f'Items without "{asked.name}" are refused when they arrive.')
    return Effect(f'Items without "{asked.name}" are taken in.', _of_metadata(asked))


plainly("metadata.*.unit", '"{name}" is shown with the unit {after} instead of {before}.', nothing="no unit")


@effect_of("metadata.*.filter")
def _(asked: Asked) -> Effect:
    return Effect(f'Items can {"" if asked.after else "no longer "}be searched by "{asked.name}".')


plainly("categories.*+", 'Reviewers can name a new kind of error, "{name}".')
plainly("categories.*-", 'Reviewers can no longer name the error "{name}"; past reviews keep it.')
plainly(
    "categories.*.severity",
    'The error "{name}" is {after} instead of {before}; whether reviews with it count as errors follows `error_from`.',
)


@effect_of("categories.*.tolerate")
def _(asked: Asked) -> Effect:
    now = "no limit" if asked.after is None else share(asked.after)
    before = "no limit" if asked.before is None else share(asked.before)
    return Effect(f'Audits are held against {now} for the error "{asked.name}", instead of {before}; no route changes.')


# --- checks

_LEADS = {Then.REVIEW: "goes to a person", Then.BLOCK: "is blocked", Then.NOTE: "is only noted"}


def _named_in_conditions(policy: Policy, name: str) -> bool:
    quoted = (f"'{name}'", f'"{name}"')
    return any(mark in condition.source for condition in conditions(policy) for mark in quoted)


def _of_check(asked: Asked, release: Release) -> Release:
    """A condition that asks about the check may hold otherwise, whichever way the fail itself leads."""
    named = _named_in_conditions(asked.old, asked.name) or _named_in_conditions(asked.new, asked.name)
    return Release.UNCLEAR if named else release


@effect_of("checks.*+")
def _(asked: Asked) -> Effect:
    then = asked.new.checks[asked.name].then
    quiet = then is Then.NOTE and asked.new.not_run is NotRun.IGNORE
    return Effect(
        f"The check {asked.name} reads every item; an output that fails it {_LEADS[then]}.",
        _of_check(asked, Release.NEITHER if quiet else Release.TIGHTENS),
    )


@effect_of("checks.*-")
def _(asked: Asked) -> Effect:
    then = asked.old.checks[asked.name].then
    quiet = then is Then.NOTE and asked.old.not_run is NotRun.IGNORE
    return Effect(
        f"The check {asked.name} no longer runs; until now an output that failed it {_past(then)}.",
        _of_check(asked, Release.NEITHER if quiet else Release.LOOSENS),
    )


def _past(then: Then) -> str:
    return {Then.REVIEW: "went to a person", Then.BLOCK: "was blocked", Then.NOTE: "was only noted"}[then]


@effect_of("checks.*.then")
def _(asked: Asked) -> Effect:
    was, comes = asked.old.checks[asked.name].then, asked.new.checks[asked.name].then
    release = Release.NEITHER
    if comes is Then.NOTE:
        release = Release.LOOSENS
    elif was is Then.NOTE:
        release = Release.TIGHTENS
    return Effect(f"An output that fails {asked.name} {_LEADS[comes]}; until now it {_past(was)}.", release)


@effect_of("checks.*.*")
def _(asked: Asked) -> Effect:
    sentence = (
        f"The check {asked.name} reads otherwise: this option is {said(asked.after, 'the default')} instead of "
        f"{said(asked.before, 'the default')}; it may fail more outputs or fewer."
    )
    return Effect(sentence, Release.UNCLEAR)
