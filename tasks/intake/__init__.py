"""Ways in: what reaches us is stored, read, judged and answered for."""
