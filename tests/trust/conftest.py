"""Fixtures of the tests of trust."""

from tests.support.desk import product
from tests.support.house import served
from tests.support.mailroom import mailroom
from tests.support.office import office
from tests.support.stores import postgres_store, sqlite_template, store
from tests.support.webroom import room

__all__ = ["mailroom", "office", "postgres_store", "product", "room", "served", "sqlite_template", "store"]
