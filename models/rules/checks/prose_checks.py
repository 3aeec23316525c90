"""The prose of a report: figures in it that contradict each other, and headings without a word.

Prose is read for what it surely says; whatever is found is pointed out, never required.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from models.codes import Severity
from models.rules.annexes.annex import Heading, Outline
from models.rules.checks.check_words import joined, listed, means_something
from models.rules.checks.prose_counts import count_findings
from models.rules.checks.prose_shares import share_findings
from models.rules.form import SHEET_TEXT, Issue
from models.rules.numbers import read_number
from models.rules.text import clean, clean_lines
from models.rules.typed_form import text_field

_END = re.compile(r"(?<=[.!?])\s+|\n")
_CLAUSE = re.compile(r";")
_MONEY = re.compile(r"(?<![\w/.,])(\d{1,3}\.\d{1,9}) (?:nghìn |triệu )?(?:tỷ|tỉ|triệu)\b", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d{1,3}\.\d{3}")
_LONGEST = 2_000  # letters in a sentence; what is longer is a table that lost its lines
_MOST = 20  # findings under one heading


def prose_findings(
    texts: Mapping[str, str],
    sheet: str = SHEET_TEXT,
    refs: Mapping[str, str] | None = None,
    outline: Outline | None = None,
) -> tuple[Issue, ...]:
    """What to look at again in prose by heading; `refs` are the cells in which it stands, where there are any.

    A heading is called as the outline writes it: its code means nothing to who wrote under it.
    """
    names = {heading.code: f"“{_named(heading)}”" for heading in outline.headings} if outline else {}
    return tuple(
        Issue(
            Severity.WARN,
            rule,
            f"Mục {names.get(code, code)}: {sentence}",
            sheet,
            (refs or {}).get(code, ""),
            text_field(code),
        )
        for code, text in texts.items()
        for rule, sentence in _in_one(text)
    )


def heading_findings(
    outline: Outline | None, texts: Mapping[str, str], sheet: str = SHEET_TEXT
) -> tuple[Issue, ...]:
    """One sentence for the headings that were asked and are empty, where some are not."""
    if outline is None or not any(means_something(text) for text in texts.values()):
        return ()
    empty = [h for h in outline.headings if h.asked and not means_something(texts.get(h.code, ""))]
    if not empty:
        return ()
    sentence = (
        f"Còn {len(empty)} mục của đề cương chưa có lời văn: {listed((_named(h) for h in empty), noun='mục')}. "
        "Bổ sung, hoặc ghi rõ không phát sinh."
    )
    return (Issue(Severity.WARN, "loi-van-thieu", sentence, sheet),)


def _named(heading: Heading) -> str:
    return f"{heading.number} {heading.title}".strip()


def _in_one(text: str) -> Iterator[tuple[str, str]]:
    found = list(dict.fromkeys(_findings(clean_lines(text))))
    yield from found[:_MOST]


def _findings(text: str) -> Iterator[tuple[str, str]]:
    for sentence in _sentences(text):
        for clause in _CLAUSE.split(sentence):
            for wrong in share_findings(clause):
                yield "ty-le-khac-phan-so", wrong
        for wrong in count_findings(sentence):
            yield "cong-khong-khop", wrong
    yield from _dots(text)


def _sentences(text: str) -> Iterable[str]:
    return (clean(sentence) for sentence in _END.split(text) if len(sentence) <= _LONGEST)


def _dots(text: str) -> Iterator[tuple[str, str]]:
    """20.86 tỷ groups no thousands; beside it 40.665 tỷ may be meant either way."""
    money = list(dict.fromkeys(_MONEY.findall(text)))
    odd = [raw for raw in money if read_number(raw).value is None]
    if not odd:
        return
    doubtful = joined(f"“{raw}”" for raw in money[:5] if raw in odd or _THOUSANDS.fullmatch(raw))
    sentence = (
        f"số tiền {doubtful} dùng dấu chấm không rõ là dấu thập phân hay phân cách hàng nghìn. Đề nghị ghi dấu phẩy "
        "cho phần thập phân, dấu chấm cho hàng nghìn."
    )
    yield "dau-cham-hai-nghia", sentence
