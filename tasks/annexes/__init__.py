"""Annexes that the secretariat marks up: read, kept, previewed."""
