"""All SQL of access, one file per noun."""
