"""Fixtures of the sweep over all operations."""

from tests.support.desk import product
from tests.support.stores import postgres_store, sqlite_template, store

__all__ = ["postgres_store", "product", "sqlite_template", "store"]
