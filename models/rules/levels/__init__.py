"""One agency, one section: parts of a cycle as cycles of their own."""
