"""The page of the errors: what `docs` of every error leads to, as a page of the manual."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence

import handrail
from handrail.kit.errors import HandrailFault
from handrail.web.errors import all_faults, catalogue
from scripts.reference.markdown import page, table

TEXT = """\
Every error has one shape, also inside a row of a batch: `{"error": {"code", "message", "status", "retry",
"fields", "request_id", "docs"}}`. `fields` names each fault with its `path`, a JSON Pointer. *retry*: send
the same request again, with the same `Idempotency-Key`. A message may say more than the sentence here, never
less."""


def load_all() -> None:
    """Loads every module of the product, so that each kind of error is known."""
    for module in pkgutil.walk_packages(handrail.__path__, "handrail."):
        skipped = (".migrations", ".__main__", "handrail.testing")
        if not any(part in module.name for part in skipped):
            importlib.import_module(module.name)


def page_of() -> str:
    """docs/reference/errors.md."""
    load_all()
    rows = [[f'<a id="{code}"></a>`{code}`', *_facts(kinds)] for code, kinds in catalogue().items()]
    return page("Errors", TEXT, table(["code", "status", "retry", "sentence"], rows))


def _facts(kinds: Sequence[type[HandrailFault]]) -> list[str]:
    statuses = ", ".join(dict.fromkeys(str(kind.status) for kind in kinds))
    sentences = " ".join(dict.fromkeys(sentence(kind) for kind in kinds))
    return [statuses, "yes" if any(kind.retry for kind in kinds) else "", sentences]


def sentence(kind: type[HandrailFault]) -> str:
    """What an error of this kind says when nothing more is known."""
    return " ".join((kind.__doc__ or "").split())


def codes_of(package: str, *, reading: bool) -> list[str]:
    """The codes of the errors that a package defines; for who only reads without those about changes."""
    load_all()
    inside = [kind for kind in all_faults() if f"{kind.__module__}.".startswith(f"{package}.")]
    return sorted({kind.code for kind in inside if not (reading and kind.status in (409, 412, 428))})
