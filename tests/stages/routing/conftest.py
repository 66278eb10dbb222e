"""Fixtures of the tests of routing."""

from tests.support.stores import postgres_store, sqlite_template, store
from tests.support.webroom import room

__all__ = ["postgres_store", "room", "sqlite_template", "store"]
