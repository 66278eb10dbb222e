"""The built-in checks, one file each, through the same door as everyone's."""

from __future__ import annotations

import importlib
import pkgutil

from handrail.extend.checks import CheckRegistry


def builtin_registry() -> CheckRegistry:
    """All checks of this folder. A new file is found by itself; files with a leading underscore are shared parts.

    >>> "length" in builtin_registry().names()
    True
    """
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    return CheckRegistry(importlib.import_module(f"{__name__}.{name}") for name in names)
