"""One schema on two stores. See `open_store`."""

from handrail.storage.errors import DatabaseRefused
from handrail.storage.open import AnyStore, WriterLock, open_store
from handrail.storage.session import Session
from handrail.storage.store import Store

__all__ = ["AnyStore", "DatabaseRefused", "Session", "Store", "WriterLock", "open_store"]
