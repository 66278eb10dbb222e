"""Throughput and latency, each beside the raw limit of the same run. They print tables, never pass or fail."""
