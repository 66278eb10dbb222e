"""Commands as they are typed: run in this process, with what they print and how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from handrail.cli.main import run


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Commands = Callable[..., Ended]


@pytest.fixture
def commands(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Commands:
    """`commands("import", "claims.csv", ...)`."""
    for name in ("URL", "KEY", "KEY_FILE", "CONFIG", "PROJECT", "EMAIL", "PASSWORD"):
        monkeypatch.delenv(f"HANDRAIL_{name}", raising=False)

    def typed(*arguments: object) -> Ended:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run([str(one) for one in arguments])
        out, err = capsys.readouterr()
        return Ended(int(ended.value.code or 0), out, err)

    return typed
