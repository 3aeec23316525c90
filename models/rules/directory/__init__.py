"""The directory: reading a list of people, what it changes. Pure."""
