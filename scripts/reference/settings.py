"""The page of the settings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from handrail.kit.meanings import MEANINGS
from handrail.kit.settings import NAMES, SECRET, Settings
from scripts.reference.commands import all_commands
from scripts.reference.markdown import page, table

TEXT = """\
The first that says something wins: flag, environment, file, default. The same flat names everywhere; an
unknown name, or a value of the wrong kind, stops the start with a sentence. The file is TOML: the one that
`--config` or `HANDRAIL_CONFIG` names, else `handrail.toml` in the working folder. Lists are separated by
commas in the environment. `handrail doctor` shows what is in force and where it came from."""


def gaps(names: Collection[str] = NAMES, meanings: Mapping[str, str] = MEANINGS) -> Iterator[str]:
    """Settings without a meaning, and meanings without a setting."""
    for name in names:
        if not meanings.get(name):
            yield f"the setting `{name}` has no meaning: write one into src/handrail/kit/meanings.py"
    for name in sorted(meanings.keys() - set(names)):
        yield f"src/handrail/kit/meanings.py explains `{name}`, which is no setting"


def page_of() -> str:
    """docs/reference/settings.md."""
    plain, flags = Settings(), _flags()
    rows = [
        [f"`{name}`", _default(getattr(plain, name)), MEANINGS.get(name, ""), _variables(name), flags.get(name, "")]
        for name in NAMES
    ]
    return page("Settings", TEXT, table(["name", "default", "meaning", "environment", "flag"], rows))


def _default(value: object) -> str:
    if value in ("", ()):
        return "empty"
    return f"`{value}`"


def _variables(name: str) -> str:
    variable = f"HANDRAIL_{name.upper()}"
    return f"`{variable}`, `{variable}_FILE`" if name in SECRET else f"`{variable}`"


def _flags() -> dict[str, str]:
    """Setting -> the flag that commands take for it."""
    return {
        one.name: f"`{next(word for word in one.opts if word.startswith('--'))}`"
        for _, command in all_commands()
        for one in command.params
        if one.name in NAMES and any(word.startswith("--") for word in one.opts)
    }
