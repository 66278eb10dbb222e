"""The page of the permissions: who has which, and what each opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # Any: an OpenAPI document is JSON

from handrail.web.permissions import KEY_DEFAULT, MATRIX, Role
from scripts.reference.api import operations
from scripts.reference.markdown import anchor, page, table

TEXT = """\
A permission is a noun and a verb. People have those of their roles in a project, and may have several roles; a key
has those it was given as scopes when it was made, else the ones marked *key*. What a role gives ends with the role,
from the next request on. A permission that opens nothing yet belongs to a part that is still to come."""


def page_of(document: Mapping[str, Any]) -> str:
    """docs/reference/permissions.md."""
    opened: dict[str, list[str]] = {}
    for method, path, operation in operations(document):
        link = f"[{method} {path}](api.md#{anchor(f'{method} {path}')})"
        opened.setdefault(operation["x-handrail-permission"], []).append(link)
    rows = [
        [
            f"`{permission}`",
            *("yes" if role in roles else "" for role in Role),
            "yes" if permission in KEY_DEFAULT else "",
            ", ".join(opened.get(permission, ())),
        ]
        for permission, roles in sorted(MATRIX.items())
    ]
    return page("Permissions", TEXT, table(["permission", *(role.value for role in Role), "key", "opens"], rows))
