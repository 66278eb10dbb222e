"""All SQL of monitoring, by noun. It owns `audit_samples` and the tables of metrics."""
