"""How uvicorn is run: one place for its switches."""

from __future__ import annotations

from typing import Any  # Any: uvicorn's own keywords

import uvicorn
from starlette.types import ASGIApp

from handrail.kit.settings import Settings
from handrail.web.protocol import BoundedProtocol

SHUTDOWN_S = 10
CONNECTIONS = 2_000


def server_config(app: ASGIApp | str, settings: Settings, **more: Any) -> uvicorn.Config:
    """The configuration of `serve`. Proxies are believed by our own edge alone, so uvicorn's way is off."""
    given: dict[str, Any] = {
        "host": settings.host,
        "port": settings.port,
        "http": BoundedProtocol,
        "ws": "none",
        "proxy_headers": False,
        "server_header": False,
        "access_log": False,
        "log_config": None,
        "timeout_keep_alive": 20,
        "timeout_graceful_shutdown": SHUTDOWN_S,
        "limit_concurrency": CONNECTIONS,
        "backlog": 1024,
    }
    return uvicorn.Config(app, **(given | more))
