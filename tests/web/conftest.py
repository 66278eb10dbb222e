"""Fixtures of the tests of the edge."""

from tests.support.desk import alone, product, site
from tests.support.house import served
from tests.support.stores import postgres_store, sqlite_template, store

__all__ = ["alone", "postgres_store", "product", "served", "site", "sqlite_template", "store"]
