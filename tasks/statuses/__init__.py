"""Declared statuses, and what the secretariat confirms of them."""
