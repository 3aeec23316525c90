"""Jinja2 and Word templates: everything a person reads that is not computed."""

from pathlib import Path

FOLDER = Path(__file__).parent
