"""Fixtures of the tests of learning."""

from tests.support.commands import commands
from tests.support.house import served
from tests.support.stores import postgres_store, sqlite_template

__all__ = ["commands", "postgres_store", "served", "sqlite_template"]
