"""The comparison of two periods: what moved on, what slid, what was reopened, the indicators' figures then and now."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from models.codes import Basis
from models.rules.policy import Letter
from models.rules.report_compare.compare import Comparison, Move
from models.rules.sentences import Part, total_sentence
from models.rules.sentences import prose as in_prose
from models.time import vn_date
from tasks.documents.comparison_rows import (
    counts,
    headline,
    indicator_rows,
    move_groups,
    note,
    period_name,
)
from tasks.documents.report_tables import CLASS
from tasks.documents.sheet_table import About, new_book, packed, write_table
from tasks.documents.table import GROUP, Table
from tasks.documents.word_document import head, render

SUMMARY, MOVES, INDICATORS = "So sánh chung", "Nhiệm vụ", "Chỉ tiêu"


def comparison_document(of: Comparison, letter: Letter, made: date) -> bytes:
    """The comparison in Word, its number and date left open. The same arguments give the same bytes.

    `made`: the day it is made on, as a rule that of the later period's figures.
    """
    then, now = period_name(of.then.view.name), period_name(of.now.view.name)
    words = f"({note(of)})"
    mark = "-" if letter.layout == "party" else "."
    body: list[dict[str, Any]] = [
        {"kind": "h2", "number": f"I{mark}", "title": "SỐ LIỆU CHUNG"},
        {
            "kind": "pairs",
            "caption": "Biểu 1. Số liệu chung của hai kỳ",
            "note": words,
            "then": then,
            "now": now,
            "rows": headline(of),
        },
        {"kind": "h2", "number": f"II{mark}", "title": "NHIỆM VỤ"},
        *({"kind": "text", "text": text} for text in _sentences(of)),
    ]
    if groups := move_groups(of):
        body.append(
            {
                "kind": "moves",
                "caption": "Biểu 2. Nhiệm vụ có thay đổi giữa hai kỳ",
                "note": words,
                "then": then,
                "now": now,
                "groups": groups,
            }
        )
    if of.indicators:
        body += [
            {"kind": "h2", "number": f"III{mark}", "title": "CHỈ TIÊU"},
            {
                "kind": "figures",
                "caption": "Biểu 3. Số liệu các chỉ tiêu của hai kỳ",
                "note": words,
                "then": then,
                "now": now,
                "rows": indicator_rows(of),
            },
        ]
    context = {
        **head(letter, letter.report_number_suffix, "", None, made.year),
        "heading": "BÁO CÁO",
        "title": f"so sánh kết quả {now} với {then}",
        "opening": (
            f"So sánh “{of.now.view.name}” với “{of.then.view.name}”: mỗi kỳ theo số liệu của chính kỳ đó, "
            f"{_lower(note(of))}."
        ),
        "body": body,
        "closing": "Trên đây là so sánh kết quả thực hiện nhiệm vụ, chỉ tiêu của hai kỳ.",
        "copies": (
            ["Các thành viên Ban Chỉ đạo,", "Lưu Văn phòng."]
            if letter.layout == "party"
            else ["Các thành viên Ban Chỉ đạo;", "Lưu: VT."]
        ),
        "signer_name": "",
    }
    return render("ket-qua.docx", context, made)


def comparison_workbook(of: Comparison) -> bytes:
    """The same as a workbook."""
    then, now = period_name(of.then.view.name), period_name(of.now.view.name)
    days = f"tính đến ngày {vn_date(of.then.view.as_of)} và ngày {vn_date(of.now.view.as_of)}"
    about = About(f"{now} so với {then}", days, f"Cả hai kỳ {Basis.DECLARED.label}")
    book = new_book()
    write_table(
        book.create_sheet(SUMMARY),
        about,
        "SỐ LIỆU CHUNG CỦA HAI KỲ",
        _renamed(headline(of), {"name": "Nội dung", "then": then, "now": now, "change": "Thay đổi"}),
    )
    told = "; ".join(f"{_lower(name)}: {count}" for name, count in counts(of) if count)
    write_table(
        book.create_sheet(MOVES),
        about,
        "NHIỆM VỤ CÓ THAY ĐỔI GIỮA HAI KỲ",
        _renamed(
            ({**row, GROUP: group["name"]} for group in move_groups(of) for row in group["rows"]),
            {
                GROUP: GROUP,
                "key": "Mã",
                "name": "Nhiệm vụ",
                "leads": "Cơ quan chủ trì",
                "then": f"{CLASS} {then}",
                "now": f"{CLASS} {now}",
                "deadline": "Thời hạn",
            },
        ),
        note=f"{told[:1].upper()}{told[1:]}.",
    )
    write_table(
        book.create_sheet(INDICATORS),
        about,
        "SỐ LIỆU CÁC CHỈ TIÊU CỦA HAI KỲ",
        _renamed(
            indicator_rows(of),
            {
                "number": "TT",
                "name": "Chỉ tiêu",
                "unit": "Đơn vị tính",
                "then": then,
                "now": now,
                "change": "Thay đổi",
                "target": "Mục tiêu",
            },
        ),
    )
    return packed(book, f"{now} so với {then}", of.now.view.as_of)


def _renamed(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> Table:
    """A table of these rows under the headings that `names` gives their fields."""
    frame = pd.DataFrame(list(rows), columns=list(names)).rename(columns=dict(names))
    return Table(tuple(frame.columns), frame.to_dict("records"))  # type: ignore[arg-type]  # its keys are headings


def _sentences(of: Comparison) -> list[str]:
    """How many tasks made which move; the sentence adds up or cannot be written."""
    parts = [Part(count, f"nhiệm vụ {_lower(name)}") for name, count in counts(of) if count]
    sentences = [total_sentence("So với kỳ trước, tổng số nhiệm vụ của hai kỳ", len(of.assignments), parts)]
    if of.postponed:
        sentences.append(f"Thời hạn được lùi so với kỳ trước: {in_prose(len(of.postponed))} nhiệm vụ.")
    if again := of.by_move[Move.REOPENED]:
        sentences.append(
            f"Lưu ý: {in_prose(len(again))} nhiệm vụ kỳ trước báo cáo đã hoàn thành, kỳ này báo cáo chưa hoàn thành."
        )
    return sentences


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
