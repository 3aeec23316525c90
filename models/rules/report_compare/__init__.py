"""Two periods held against each other."""
