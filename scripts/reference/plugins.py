"""The page of the plugins: every built-in check with its promise and its options."""

from __future__ import annotations

import json

from handrail.extend.checks import CheckPlugin
from handrail.plugins.checks import builtin_registry
from scripts.reference.api import fields_of
from scripts.reference.markdown import page

TEXT = """\
Checks look at an output and report; only the policy decides what follows. A policy names a check under
`checks:` with its options. Each stands in one file of `src/handrail/plugins/checks/`, through the same door
as your own: a function marked with `@check`, in a file that the conformance tests run on by themselves."""


def page_of() -> str:
    """docs/reference/plugins.md."""
    return page("Checks", TEXT, *(_entry(one) for one in builtin_registry().all()))


def _entry(one: CheckPlugin) -> str:
    schema = one.options.model_json_schema()
    facts = f"Version {one.version}." + (f" Slow: at most {one.within_ms:,} ms." if one.slow else "")
    examples = [example for example in one.options.examples if example]
    shown = "\n".join(json.dumps(example, ensure_ascii=False) for example in examples)
    parts = [f"## {one.name}", f"{one.promise} {facts}", fields_of(schema) or "It has no options."]
    return "\n\n".join([*parts, *([f"Options that make sense:\n\n```json\n{shown}\n```"] if shown else [])])
