"""Joins doors, edge, errors and pages into one ASGI application."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import lru_cache
from pathlib import Path
from typing import Any  # Any: FastAPI's own types for a lifespan, an OpenAPI document

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from handrail.kit.errors import HandrailFault
from handrail.web.door import Door, GuardedRoute
from handrail.web.edge import Edge
from handrail.web.errors import on_fault, on_http, on_invalid
from handrail.web.house import House
from handrail.web.openapi import describe
from handrail.web.origin import Origins
from handrail.web.root import root_door
from handrail.web.static import FOLDER, Pages
from handrail.web.traced import Traced

FRAMEWORK_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""FastAPI can send traces and logs of its own where the environment asks for it, with queries and the messages of
errors in them. Those hold what people wrote; `traced` tells what may be told."""
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    house: House, doors: Sequence[Door], *, lifespan: Lifespan | None = None, static: Path = FOLDER
) -> FastAPI:
    """The application behind these doors. Raises ValueError if a route has no guard or two say they are the same."""
    every: list[Door] = [*doors]
    described = lru_cache(maxsize=1)(lambda: describe(every, house.version))
    every.append(root_door(house, described))
    app = FastAPI(
        title="Handrail",
        version=house.version,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry=FRAMEWORK_TELEMETRY,
        lifespan=lifespan,
    )
    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to another document
    app.router.routes.extend(route for door in every for route in door.routes)
    check_routes(app.router.routes)
    app.router.default = Pages(static)
    app.add_exception_handler(HandrailFault, on_fault)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_middleware(Edge, origins=Origins.of(house.settings), version=house.version, timings=house.timings)
    if house.traces.is_on:
        app.add_middleware(Traced, traces=house.traces)
    return app


def check_routes(routes: Sequence[BaseRoute]) -> None:
    """Passes if every route has a guard, and method, path and name of each are its own. Raises ValueError."""
    names: set[Any] = set()
    for route in routes:
        if not isinstance(route, GuardedRoute):
            raise ValueError(f"The route {getattr(route, 'path', route)} declares no permission; make it with a Door.")
        for mark in (route.operation_id, *((method, route.path) for method in route.methods or ())):
            if mark in names:
                raise ValueError(f"Two routes are called {mark}.")
            names.add(mark)
