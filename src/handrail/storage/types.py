"""Column types that mean the same on both stores: moments, identifiers, JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any  # Any: JSON columns hold JSON of many shapes

from sqlalchemy import BigInteger, String, Text
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from handrail.kit.clock import from_ms, to_ms
from handrail.kit.jsons import dumps, loads


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, kept as whole milliseconds since 1970 (decision 0002)."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_ms(value)


class Json(TypeDecorator[Any]):
    """JSON as text, so that order and numbers come back as they were stored, the same on both stores."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else loads(value)


Key = String(36).with_variant(UUID(as_uuid=False), "postgresql")
"""An identifier (decision 0003): native on PostgreSQL, 36 characters on SQLite; text in Python."""
