"""Files that a person edits: read with the place of every fault."""
