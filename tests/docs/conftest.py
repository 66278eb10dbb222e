"""Fixtures of the tests of the manual."""

from tests.support.house import served
from tests.support.mailroom import mailroom
from tests.support.stores import postgres_store, sqlite_template, store

__all__ = ["mailroom", "postgres_store", "served", "sqlite_template", "store"]
