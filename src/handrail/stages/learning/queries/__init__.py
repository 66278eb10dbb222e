"""All SQL of learning."""
