"""Registers: what their rows mean, who owes them, where they stand."""
