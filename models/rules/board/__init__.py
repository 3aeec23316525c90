"""The board: figures at a glance, down to one agency and one assignment. Pure."""
