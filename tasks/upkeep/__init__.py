"""Keeping dondoc itself in order: backup and restore, what is wrong with an installation, figures for watchers."""
