"""All doors of the setup room."""

from __future__ import annotations

from handrail.setup.access.desk import Desk
from handrail.setup.access.routes import first_admin, keys, people, sessions, sign_on
from handrail.setup.projects import routes as projects
from handrail.web.door import Door
from handrail.web.house import House


def doors(house: House, desk: Desk) -> list[Door]:
    """Set-up, sessions, people, keys, projects."""
    return [
        first_admin.routes(house, desk),
        sessions.routes(house, desk),
        sign_on.routes(house, desk),
        people.routes(house, desk),
        keys.routes(house, desk),
        projects.routes(house),
    ]
