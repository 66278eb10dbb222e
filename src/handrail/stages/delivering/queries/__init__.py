"""All SQL of delivering."""
