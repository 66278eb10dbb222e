"""Fixtures of the tests of single sign-on."""

from tests.support.company import company, provider, strict

__all__ = ["company", "provider", "strict"]
