"""A letter as a chat message: its text, cut at a line where it is too long, and the link kept whatever is cut."""

import unicodedata

MOST = 2000
"""Letters that Zalo takes in one text."""

CUT = "…"
NO_FILES = "Tệp kèm theo không gửi được qua Zalo: xem trong thư điện tử hoặc tải tại trang nộp báo cáo."


def short_text(subject: str, text: str, link: str = "", *, files: bool = False, most: int = MOST) -> str:
    """Subject and text within `most` letters. `files`: the letter has attachments, which stay behind."""
    foot = [NO_FILES] if files else []
    whole = _joined(subject, text, foot + _unsaid(link, text))
    if len(whole) <= most:
        return whole
    foot = [CUT, *foot, *([link] if link else [])]
    room = most - len(_joined("", "", foot)) - 1
    kept = _joined(subject, text, [])
    cut = kept.rfind("\n", 0, room + 1)
    if cut <= 0:  # one line longer than everything: at a word, or where it ends
        cut = kept.rfind(" ", 0, room + 1)
    head = kept[: cut if cut > 0 else room].rstrip()
    return f"{head}\n{_joined('', '', foot)}"


def _unsaid(link: str, text: str) -> list[str]:
    return [link] if link and link not in text else []


def _joined(subject: str, text: str, foot: list[str]) -> str:
    parts = [subject.strip(), text.strip(), "\n".join(foot)]
    return unicodedata.normalize("NFC", "\n\n".join(part for part in parts if part))
