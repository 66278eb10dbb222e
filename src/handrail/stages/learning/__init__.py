"""What was decided becomes data: exports now, datasets later."""
