"""Durable jobs, outgoing events, and the worker that runs them."""
