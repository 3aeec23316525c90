"""The board read from the database, and what can be downloaded of it."""
