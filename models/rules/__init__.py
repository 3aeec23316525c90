"""Pure rules: questions and nouns, decided from their arguments alone."""
