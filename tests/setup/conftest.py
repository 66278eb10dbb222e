"""Fixtures of the tests of access."""

from tests.support.desk import alone, product, site
from tests.support.stores import postgres_store, sqlite_template, store
from tests.support.webroom import room

__all__ = ["alone", "postgres_store", "product", "room", "site", "sqlite_template", "store"]
