"""Decisions of delivering: pure."""
