"""`handrail stop` and `handrail lift`: the stop switch, for those who have no browser at hand."""

from __future__ import annotations

from typing import Annotated, Any  # Any: the answer is JSON

import typer

from handrail.cli.place import Place, placed

Everywhere = Annotated[bool, typer.Option("--everywhere", help="Every project; only an admin may.")]


@placed(here=False)
def stop(
    reason: Annotated[str, typer.Option("--reason", help="Why; everyone in the project sees it.")],
    place: Place,
    freeze: Annotated[
        bool, typer.Option("--freeze", help="Nothing leaves at all, people's verdicts included.")
    ] = False,
    everywhere: Everywhere = False,
) -> None:
    """Release nothing automatically until it is lifted. Safe fallbacks and people's decisions go on."""
    body = {"reason": reason, "freeze": freeze, "scope": "everywhere" if everywhere else "project"}
    with place.api() as api:
        told = api.request("PUT", "/v1/stop", json=body).json
    place.say(told, _sentence(told))


@placed(here=False)
def lift(place: Place, everywhere: Everywhere = False) -> None:
    """Lift the stop: what it held back takes effect, the oldest first."""
    with place.api() as api:
        params = {"scope": "everywhere" if everywhere else "project"}
        told = api.request("DELETE", "/v1/stop", params=params).json
    place.say(told, _sentence(told))


def _sentence(stop: Any) -> str:
    """How it stands, in one sentence."""
    if not stop["in_force"]:
        return "No stop is in force."
    where = "every project" if stop["scope"] == "everywhere" else "this project"
    what = "Frozen" if stop["freeze"] else "Stopped"
    return f"{what} in {where} since {stop['since']}: {stop['reason']}"
