"""Why a database is refused at the door or during work.

DatabaseRefused             stops the start with a sentence (exit code 3)
MustRetry                   never leaves the store: the work runs again
AlreadyThere                a service that stores under a name somebody chose answers for it
Unavailable 503             from kit.errors: busy, gone away; try again with the same key
StorageFull 507             from kit.errors
"""

from __future__ import annotations

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from handrail.kit.errors import StorageFull, Unavailable


class DatabaseRefused(Exception):
    """The database cannot be used as it is; the message says what to do."""


class MustRetry(Exception):
    """The database undid the transaction for reasons of its own; the work may run again."""


class AlreadyThere(Exception):
    """A row with this name is there already, perhaps since a moment ago."""


_RETRY_STATES = {"40001", "40P01"}
_FULL_STATES = {"53100"}
_EXTENDING = {"mdextend", "mdzeroextend"}
"""Where the server makes a table longer: a limit on files or a quota stops it there, under a state of no meaning."""
_TAKEN = "23505"


def translate(error: Exception) -> Exception:
    """What a caller should see for an error of the driver; what is no error of the database stays as it is."""
    if isinstance(error, PoolTimeout):
        return Unavailable("All connections to the database are in use; try again with the same key.", retry_after_s=1)
    driver_error = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(driver_error, psycopg.Error):
        return _of_postgres(driver_error) or error
    if isinstance(driver_error, sqlite3.Error):
        return _of_sqlite(driver_error) or error
    return error


def _of_postgres(error: psycopg.Error) -> Exception | None:
    if error.sqlstate in _RETRY_STATES:
        return MustRetry(str(error))
    if error.sqlstate == _TAKEN:
        return AlreadyThere(error.diag.constraint_name)
    if error.sqlstate in _FULL_STATES or error.diag.source_function in _EXTENDING:
        return StorageFull()
    if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
        return _read_only()
    gone = psycopg.OperationalError | psycopg.InterfaceError | psycopg.errors.IdleInTransactionSessionTimeout
    if isinstance(error, gone):
        return Unavailable("The database does not answer; try again with the same key.", retry_after_s=1)
    return None


def _of_sqlite(error: sqlite3.Error) -> Exception | None:
    text = str(error).lower()
    if isinstance(error, sqlite3.IntegrityError) and text.startswith("unique"):
        return AlreadyThere(str(error))
    if "database or disk is full" in text:
        return StorageFull()
    if "readonly database" in text:
        return _read_only()
    if isinstance(error, sqlite3.OperationalError) and (
        "locked" in text or "disk i/o error" in text or "unable to open" in text
    ):
        return Unavailable("The database does not answer in time; try again with the same key.", retry_after_s=1)
    return None


def _read_only() -> Unavailable:
    return Unavailable("The database is read-only; nothing was stored. Ask the operator to make it writable.")
