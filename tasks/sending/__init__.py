"""Sending: which letter a notice is, rounds of the sender, its lock."""
