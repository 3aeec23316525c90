"""Who hears what, when."""
