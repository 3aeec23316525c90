"""The agencies' page: what is owed, handing it in, and what became of it. Server-rendered, no scripts."""
