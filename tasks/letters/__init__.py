"""Letters: their words, and the facts that stand in them."""
