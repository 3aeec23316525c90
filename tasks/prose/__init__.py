"""The prose of a report: its outline in Word, written and read back, and what came of it."""
