"""Who may do what at the desk, and what waits for whom. Pure."""
