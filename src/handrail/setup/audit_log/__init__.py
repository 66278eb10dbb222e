"""The audit log as people and programs see it: entries, checkpoints, proofs, tiles, the check of the whole."""
