"""The outline of the prose, and its headings."""
