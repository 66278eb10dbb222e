"""Settings: the first that says something wins - flag, environment, file, default. An unknown name stops the start."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any  # Any: values before they are read


class SettingsRefused(Exception):
    """A setting is unknown or cannot be read; the message names it and where it stands."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, the same flat names everywhere."""

    database: str = ""
    data_dir: str = "./handrail-data"
    host: str = "127.0.0.1"
    port: int = 8400
    public_url: str = ""
    audit_log_name: str = ""
    trusted_proxies: tuple[str, ...] = ()
    worker: str = "inside"
    processes: int = 1
    secret_file: str = ""
    exports_dir: str = ""
    exports_keep_days: int = 7
    allowed_private_hosts: tuple[str, ...] = ()
    max_item_bytes: int = 2 * 1024 * 1024
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = ""
    sso_only: bool = False
    log_format: str = "text"
    traces: str = "off"
    url: str = ""
    key: str = ""
    origins: Mapping[str, str] = field(default_factory=dict)  # name -> flag, environment, file or default

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{Path(self.data_dir) / 'handrail.db'}"

    @property
    def secret_path(self) -> Path:
        return Path(self.secret_file) if self.secret_file else Path(self.data_dir) / "secret"

    @property
    def exports_path(self) -> Path:
        return Path(self.exports_dir) if self.exports_dir else Path(self.data_dir) / "exports"

    @property
    def own_url(self) -> str:
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104  # compared, not bound
        return self.public_url or f"http://{host}:{self.port}"


NAMES = tuple(one.name for one in fields(Settings) if one.name != "origins")
SECRET = frozenset({"key", "oidc_client_secret"})
"""Settings whose values are never shown; each may also stand in a file of its own."""
_SWITCH = {"true": True, "false": False}
_CHOICES = {"worker": ("inside", "off"), "log_format": ("text", "json"), "traces": ("off", "otlp")}


def load_settings(
    flags: Mapping[str, Any], environment: Mapping[str, str] | None = None, file: Path | None = None
) -> Settings:
    """Joins flags, `HANDRAIL_<NAME>` variables (secrets also `HANDRAIL_<NAME>_FILE`) and a TOML file.

    Raises SettingsRefused for unknown names and values of the wrong kind.
    """
    environment = os.environ if environment is None else environment
    chosen = file or (Path(environment["HANDRAIL_CONFIG"]) if environment.get("HANDRAIL_CONFIG") else None)
    layers = (
        ("file", _from_file(chosen or Path("handrail.toml"), required=chosen is not None)),
        ("environment", _from_environment(environment)),
        ("flag", {name: value for name, value in flags.items() if value is not None}),
    )
    values: dict[str, Any] = {}
    origins = dict.fromkeys(NAMES, "default")
    for origin, layer in layers:
        for name, value in layer.items():
            values[name] = _read(name, value, origin)
            origins[name] = origin
    return Settings(**values, origins=origins)


def _from_file(path: Path, *, required: bool) -> dict[str, Any]:
    if not path.exists():
        if required:
            raise SettingsRefused(f"The settings file {path} does not exist.")
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsRefused(f"The settings file {path} is not TOML: {error}.") from None


_ELSEWHERE = {"HANDRAIL_CONFIG", "HANDRAIL_EMAIL", "HANDRAIL_PASSWORD", "HANDRAIL_PROJECT", "HANDRAIL_TEST_PG"}


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for variable, value in environment.items():
        if not variable.startswith("HANDRAIL_") or variable in _ELSEWHERE:
            continue
        name = variable.removeprefix("HANDRAIL_").lower()
        if name.endswith("_file") and name.removesuffix("_file") in SECRET:
            found[name.removesuffix("_file")] = Path(value).read_text(encoding="utf-8").strip()
            continue
        found[name] = value
    return found


def _read(name: str, value: Any, origin: str) -> Any:
    if name not in NAMES:
        raise SettingsRefused(
            f"There is no setting `{name}` (from the {origin}); the settings are: {', '.join(NAMES)}."
        )
    default = getattr(Settings(), name)
    try:
        if isinstance(default, bool):
            read: Any = value if isinstance(value, bool) else _SWITCH[str(value).lower()]
        elif isinstance(default, int):
            read = int(value)
        elif isinstance(default, tuple):
            read = tuple(value.split(",")) if isinstance(value, str) else tuple(value)
        else:
            read = str(value)
    except (KeyError, TypeError, ValueError):
        right = "true or false" if isinstance(default, bool) else "a whole number"
        raise SettingsRefused(f"The setting `{name}` (from the {origin}) is {value!r}; write {right}.") from None
    if name in _CHOICES and read not in _CHOICES[name]:
        raise SettingsRefused(
            f"The setting `{name}` (from the {origin}) is {read!r}; write {' or '.join(_CHOICES[name])}."
        )
    return read
