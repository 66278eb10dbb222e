"""All SQL of reviewing, by noun. It owns `seats`, `assignments`, `reviews`, `skips` and `queue_settings`."""
