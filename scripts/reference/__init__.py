"""The reference of the manual, generated from the code."""
