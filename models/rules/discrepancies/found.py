"""One contradiction as it was found: what makes it the same one when looked for again, where it stands, what to say."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from models.codes import DiscrepancyKind

HIDDEN = "(nhiệm vụ không đưa lên hệ thống)"


@dataclass(frozen=True)
class Found:
    """`source` names places alone, never what stands there: it goes into mails. `sentence` is read on pages and on the
    sheet. `row_key` names the assignment it is about, "" where it is about none."""

    key: str
    kind: DiscrepancyKind
    agency_code: str
    source: str
    sentence: str
    row_key: str = ""


def told_apart(found: Collection[Found]) -> tuple[Found, ...]:
    """The same in their order, where one key stands for several each with its own: key, key:2, key:3."""
    seen: dict[str, int] = {}
    apart = []
    for one in found:
        seen[one.key] = seen.get(one.key, 0) + 1
        number = seen[one.key]
        key = one.key if number == 1 else f"{one.key}:{number}"
        apart.append(Found(key, one.kind, one.agency_code, one.source, one.sentence, one.row_key))
    return tuple(apart)


def without(withheld: Collection[str], text: str) -> str:
    """A text that names rows, without those that are not to be put on the system."""
    for row_key in withheld:
        text = re.sub(rf"{re.escape(row_key)}(?![.\w]*\w)", HIDDEN, text)
    return text
