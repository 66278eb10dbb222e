"""The version, in one place; the packaging reads it here."""

VERSION = "0.1.0"
