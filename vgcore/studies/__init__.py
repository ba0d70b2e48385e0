"""The studies: one module for each question of the lessons, made of the core."""
