"""Registers: read from Word, Excel and text, compared, imported, exported."""
