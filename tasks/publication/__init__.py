"""What was issued at the end of a cycle."""
