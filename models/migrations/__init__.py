"""Alembic migrations of dondoc's tables. Run by tasks.migrate, which hands over the connection."""
