"""Fixtures of the tests of audit."""

from tests.support.office import office
from tests.support.stores import postgres_store, sqlite_template, store

__all__ = ["office", "postgres_store", "sqlite_template", "store"]
