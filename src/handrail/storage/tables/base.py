"""The one MetaData, and the columns that many tables share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, MetaData

from handrail.storage.types import Key

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def key(name: str = "id") -> Column[Any]:
    """A table's own identifier."""
    return Column(name, Key, primary_key=True)


def belongs_to(table: str, name: str, *, nullable: bool = False, primary_key: bool = False) -> Column[Any]:
    """A reference to another table's id."""
    return Column(name, Key, ForeignKey(f"{table}.id"), nullable=nullable, primary_key=primary_key)
