"""What was signed against what we wrote. Pure."""
