"""The second verifier, tools/verify_audit_log.py, as a module."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

PATH = Path(__file__).resolve().parents[2] / "tools" / "verify_audit_log.py"


def _loaded() -> Any:
    spec = spec_from_file_location("verify_audit_log", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


second: Any = _loaded()
