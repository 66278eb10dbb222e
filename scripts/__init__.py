"""What `make` runs. Plain Python, so that it reads the same on every machine."""
