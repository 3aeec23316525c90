"""Vietnamese text as it arrives from Word, Excel, PDF and keyboards, brought to one spelling.

`clean` mends what nobody meant to write (look-alike letters, decomposed accents, invisible characters, odd
spaces); `fold` makes two spellings of one name equal, and never two names: diacritics stay.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

# Letters that only look right: PDF extraction leaves the Latin "oi" for "ư", old keyboards the Icelandic eth
# and the African D for "Đ". No Unicode normal form mends them.
_LOOK_ALIKES = {"ƣ": "ư", "Ƣ": "Ư", "ð": "đ", "Ð": "Đ", "Ɖ": "Đ"}
# Word keeps its own non-breaking and optional hyphens as control characters 30 and 31.
_HYPHENS = {"\u2010": "-", "\u2011": "-", "\x1e": "-"}
_LINE_ENDS = dict.fromkeys(("\v", "\f", "\x1c", "\x1d", "\x85", "\u2028", "\u2029"), "\n")
_DASHES = dict.fromkeys("‒–—―−", "-")
_QUOTES = dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‘’‚‛′`´", "'")


def _exchange(letters: dict[str, str]) -> Callable[[str], str]:
    """Writes these letters otherwise; in most texts there are none, which is seen faster than said."""
    table, any_of = str.maketrans(letters), re.compile(f"[{re.escape(''.join(letters))}]")
    return lambda text: text.translate(table) if any_of.search(text) else text


_mended = _exchange(_LOOK_ALIKES | _HYPHENS | _LINE_ENDS)
_plainly = _exchange(_DASHES | _QUOTES)

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # huyền, sắc, ngã, hỏi, nặng
_SHAPES = "\u0302\u0306\u031b"  # the marks of â ê ô, ă, ơ ư
# Where writers differ: òa/oà, òe/oè, ủy/uỷ; and a slip of the finger after qu and gi (qúy, gía).
_EARLY_TONE = re.compile(
    rf"(o(?=[{_TONES}][ae])|u(?=[{_TONES}]y)|(?<=q)u|(?<=g)i)([{_TONES}])([aeiouy][{_SHAPES}]*)"
)
_MARKS = dict.fromkeys(range(768, 880)) | {ord("đ"): "d"}
_AROUND_DASH = re.compile(r"\s*-\s*")
_AROUND_COMMA = re.compile(r"\s*([,;])\s*")


def _mend(text: str) -> str:
    """One spelling for every letter, newlines for every kind of line end, nothing invisible."""
    mended = _mended(text.replace("\r\n", "\n").replace("\r", "\n"))
    if not mended.replace("\n", "").isprintable():  # rare, and a letter at a time is slow
        mended = "".join(c for c in mended if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf"))
    return unicodedata.normalize("NFC", mended)


def clean(text: str) -> str:
    """The text on one line: NFC, ƣ as ư, any run of any spaces as one, nothing invisible, trimmed."""
    return _clean_label(text) if len(text) <= _LABEL else _clean(text)


def _clean(text: str) -> str:
    return " ".join(_mend(text).split())


def clean_lines(text: str) -> str:
    """Like `clean`, but lines stay lines; each is trimmed, and empty ones go."""
    lines = (" ".join(line.split()) for line in _mend(text).split("\n"))
    return "\n".join(line for line in lines if line)


def plain(text: str) -> str:
    """What a search compares: small letters without their marks, so that "dien bien" finds Điện Biên."""
    apart = unicodedata.normalize("NFD", clean(text).casefold())
    return apart.translate(_MARKS)


def fold(text: str) -> str:
    """What names are compared by: case, place of the tone mark, dashes, quotes and spacing do not count.

    Diacritics do: Sở Nội vụ is not Sở Ngoại vụ. A full stop, comma or semicolon at the end is dropped. The
    result is for comparing (`Alias.folded`), not for showing.
    """
    return _fold_label(text) if len(text) <= _LABEL else _fold(text)


def _fold(text: str) -> str:
    plain = _plainly(clean(text))
    apart = unicodedata.normalize("NFD", plain)
    apart = unicodedata.normalize("NFD", apart.casefold())
    moved = 1
    while moved:
        apart, moved = _EARLY_TONE.subn(r"\1\3\2", apart)
    joined = unicodedata.normalize("NFC", apart)
    spaced = _AROUND_COMMA.sub(r"\1 ", _AROUND_DASH.sub("-", joined))
    return spaced.rstrip(" .;,").lstrip()


_LABEL = 200
_clean_label = lru_cache(maxsize=8192)(_clean)  # names and labels: the same ones in the forms of every agency
_fold_label = lru_cache(maxsize=8192)(_fold)
