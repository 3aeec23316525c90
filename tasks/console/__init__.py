"""What the console shows: the calendar, boards, what is held or failed. Plain rows and words; flows put them up."""
