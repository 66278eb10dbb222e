"""Decisions of monitoring: pure."""
