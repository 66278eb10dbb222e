"""Metrics over HTTP: their meaning, and each over time."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from handrail.stages.monitoring.charts import Question, chart, list_of
from handrail.stages.monitoring.rules.declared import By
from handrail.stages.monitoring.rules.steps import Step
from handrail.stages.monitoring.rules.table import as_csv
from handrail.web.call import Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.wire.base import Moment
from handrail.wire.metrics import MetricListOut, MetricsOut

Words = Annotated[str | None, Query(max_length=2_000)]
CSV = "text/csv"


def routes(house: House) -> Door:
    """`/metrics` under `/v1`."""
    door = Door(house)

    @door.get("/metrics/definitions", needs="metrics.read")
    def list_metrics(call: Call) -> MetricListOut:
        """What each metric means, which are not there yet and what they need, and the segments of the last 92 days."""
        return call.read(lambda session: list_of(session, call.project_id))

    @door.get("/metrics", needs="metrics.read", response_model=MetricsOut)
    def show_metric(  # each is a parameter that the description of the API lists
        call: Call,
        name: Annotated[str, Query(max_length=64)],
        by: By | None = None,
        since: Annotated[Moment | None, Query(alias="from")] = None,
        until: Annotated[Moment | None, Query(alias="to")] = None,
        step: Step | None = None,
        segment: Words = None,
        queue: Words = None,
    ) -> Response:
        """One metric over time, in steps of the project's own zone. With `Accept: text/csv` the same as a table.

        Without `from` the last 30 days; both ends are moved out to whole steps. `by=reviewer` needs reviewers.read.
        """
        if by is By.REVIEWER:
            call.need("reviewers.read")
        only = {key: text.split(",") for key, text in (("segment", segment), ("queue", queue)) if text is not None}
        asked = Question(name, by, since, until, step, only)
        told = call.read(lambda session: chart(session, call.project_id, asked))
        vary = {"Vary": "Accept", "Cache-Control": "no-store"}
        if CSV in call.request.headers.get("accept", ""):
            vary["Content-Disposition"] = f'attachment; filename="{told.metric.key}.csv"'
            return Response(as_csv(told), headers=vary, media_type=f"{CSV}; charset=utf-8")
        return Response(told.model_dump_json(), headers=vary, media_type="application/json")

    return door
