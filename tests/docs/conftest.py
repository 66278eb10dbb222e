"""Fixtures of the tests of the manual."""

from tests.support.house import served
from tests.support.stores import postgres_store, sqlite_template

__all__ = ["postgres_store", "served", "sqlite_template"]
