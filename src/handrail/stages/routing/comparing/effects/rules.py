"""Triggers, bands, autonomy: where an output goes."""

from __future__ import annotations

from handrail.domain.item import Autonomy
from handrail.stages.routing.comparing.effects.table import effect_of, plainly
from handrail.stages.routing.comparing.words import Asked, Effect, Release
from handrail.stages.routing.language.model import NotRun

# --- triggers


plainly("block[]+", 'Outputs are blocked without a person where {after} (rule "{name}").', release=Release.TIGHTENS)
plainly("block[]-", 'Outputs are no longer blocked where {before} (rule "{name}").', release=Release.LOOSENS)
plainly("block[].name", 'The rule "{before}" is called "{after}"; routes and reports name it so.')
plainly(
    "block[].when",
    'The rule "{name}" blocks where {after}, instead of where {before}.',
    release=Release.UNCLEAR,
)
plainly("block[].category", 'What "{name}" blocks is counted as {after} instead of {before}.', nothing="no error")
plainly(
    "block[]order",
    "Where several block rules hold, the first in the new order gives reason and category: {after}.",
)
plainly("review[]+", 'Outputs always go to a person where {after} (rule "{name}").', release=Release.TIGHTENS)
plainly(
    "review[]-",
    'Outputs no longer go to a person by the rule "{name}" where {before}; what follows decides.',
    release=Release.LOOSENS,
)
plainly("review[].name", 'The rule "{before}" is called "{after}"; routes and reports name it so.')
plainly(
    "review[].when",
    'The rule "{name}" sends to a person where {after}, instead of where {before}.',
    release=Release.UNCLEAR,
)
plainly(
    "review[]order",
    "Where several review rules hold, the first in the new order gives queue and reason: {after}.",
)


@effect_of("review[].high_stakes")
def _(asked: Asked) -> Effect:
    what = f'What "{asked.name}" sends to a person has'
    if asked.after:
        return Effect(
            f"{what} high stakes: it is looked at first, and no missed deadline releases it.", Release.TIGHTENS
        )
    sentence = f"{what} no high stakes any more: a missed deadline may release it, where its queue says so."
    return Effect(sentence, Release.LOOSENS)


_SENT = 'What "{name}" sends to a person'
plainly("review[].queue", _SENT + " goes to {after} instead of {before}.", nothing="the queue of the lowest level")
plainly("review[].requires", _SENT + " needs {after} instead of {before}.", nothing="what its queue asks for")
plainly("review[].priority", _SENT + " has priority {after} instead of {before}.", nothing="as its queue says")
plainly("review[].deadline", _SENT + " is due within {after} instead of {before}.", nothing="what its queue says")
plainly("review[].pending", _SENT + " shows meanwhile: {after} instead of {before}.", nothing="what the policy says")


@effect_of("not_run")
def _(asked: Asked) -> Effect:
    if asked.new.not_run is NotRun.IGNORE:
        return Effect(
            "A check that broke off or ran out of time no longer sends the output to a person.", Release.LOOSENS
        )
    return Effect("When a check breaks off or runs out of time, a person looks.", Release.TIGHTENS)


# --- bands and autonomy

plainly(
    "bands.on",
    "The bands go by {after} instead of {before}; every output that no rule decides may reach another row.",
    release=Release.UNCLEAR,
)
plainly(
    "bands.rows",
    "The rows stand for another number than before, so they cannot be compared; test items to see where they go.",
    release=Release.UNCLEAR,
)

_ORDER = (Autonomy.GATE, Autonomy.EXCEPTION, Autonomy.MONITOR)
_LEVEL = {
    Autonomy.GATE: "every output goes to a person",
    Autonomy.EXCEPTION: "rules and bands decide which outputs go to a person",
    Autonomy.MONITOR: "outputs that no rule stops are released at once",
}


@effect_of("autonomy.segments")
def _(asked: Asked) -> Effect:
    was, comes = asked.old.autonomy_of(asked.name), asked.new.autonomy_of(asked.name)
    if was is comes:
        return Effect(f"In the segment {asked.name} nothing changes: it stays at {comes.value}.")
    up = _ORDER.index(comes) > _ORDER.index(was)
    return Effect(
        f"In the segment {asked.name} {_LEVEL[comes]} ({comes.value} instead of {was.value}).",
        Release.LOOSENS if up else Release.TIGHTENS,
    )


@effect_of("autonomy.capped")
def _(asked: Asked) -> Effect:
    if asked.after:
        return Effect(
            f"The segment {asked.name} is capped: a person sees every output, and nothing can raise it.",
            Release.TIGHTENS,
        )
    level = asked.new.autonomy_of(asked.name)
    return Effect(
        f"The segment {asked.name} is no longer capped: it may be raised, and stands at {level.value}.",
        Release.LOOSENS,
    )
