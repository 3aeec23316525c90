"""Reminders: what is due to be said, held, looked ahead, looked back on; the morning's papers; the auditor."""
