"""What the agencies of the tour write in their outlines (prose.yaml)."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def _said() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(
        Path(__file__).with_name("prose.yaml").read_text(encoding="utf-8")
    )
    return content


def text_of(code: str) -> dict[str, str]:
    """Beginning of a heading's title -> what this agency writes below it; nothing for most."""
    said = _said()
    if code not in said["cluster"]:
        return {title: text.strip() for title, text in said["agencies"].get(code, {}).items()}
    number = said["cluster"].index(code)
    return {
        title: text.format(groups=9 + number, people=310 + 17 * number).strip()
        for title, text in said["commune"].items()
    }


def own_heading(code: str) -> tuple[str, str] | None:
    """A heading of the agency's own making, with what stands below it."""
    found = _said()["own_heading"]
    return (found["heading"], found["text"]) if found["agency"] == code else None
