"""HTTP of monitoring: audit samples, metrics, what Prometheus reads."""
