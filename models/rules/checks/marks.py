"""What counts as a mark: the x in "Không phát sinh", in "Như kỳ trước", in a cell of an annex that is to be ticked."""

from models.rules.text import fold

_MARKED = {"x", "✓", "✔", "☑", "v", "true", "1", "có"}
_UNMARKED = {"", "-", "☐", "false", "0"}


def is_marked(text: str, in_words: str = "") -> bool:
    """Whether the text is a mark, or says it `in_words` (which it may go on from)."""
    said = fold(text)
    return said in _MARKED or bool(in_words and said.startswith(fold(in_words)))


def is_unmarked(text: str) -> bool:
    """Whether the text says plainly that there is no mark. What is neither is unclear."""
    return fold(text) in _UNMARKED
