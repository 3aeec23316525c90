"""The consolidated report of a cycle as a Word draft, in the committee's own outline.

Its figures follow from the cycle's view, its prose is the agencies' own with its sources; a person completes the
wording, gives it a number and signs it. What the secretariat must look at stands apart, behind the signature.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from models.codes import Basis
from models.rules.completion import OnBothBases
from models.rules.cycle_view import CycleView
from models.rules.policy import Letter
from models.rules.report.narrative import Piece, unplaced
from models.rules.report.report_outline import ReportHeading, ReportOutline
from models.rules.report.shortened import FEW, LONGEST, shortened
from models.rules.sentences import prose as in_prose
from models.time import vn_date
from tasks.documents.report_parts import Writing, form_proposals, parts_of, said
from tasks.documents.report_prose import PROSE, Part, prose_parts, text, unplaced_parts
from tasks.documents.report_rows import tally_row
from tasks.documents.report_text import ReportFacts
from tasks.documents.word_document import head, render

__all__ = ["report_document", "tally_row"]

_KINDS = {1: "part", 2: "h2", 3: "h3", 4: "h4"}
_NO_PROSE = "[Chưa có lời văn của cơ quan, đơn vị; đề nghị bổ sung.]"
_NOTHING = "[Chưa có nội dung; đề nghị bổ sung.]"


def report_document(
    view: CycleView,
    day: date,
    letter: Letter,
    *,
    seen_on: date | None = None,
    facts: ReportFacts | None = None,
    both: OnBothBases | None = None,
) -> bytes:
    """The draft report (DOCX), its number and date left open. The same arguments give the same bytes.

    `day`: the day that every figure on assignments and indicators is true of, as a rule the cycle's `as_of`.
    `seen_on`: the day on which the submissions are looked at; default `day`. `facts`: what the report says beside the
    view's figures; default nothing, in the plain outline. `both`: the completion on `day`, where it is known.
    """
    writing = Writing(view, day, seen_on or day, facts or ReportFacts(), both)
    outline = writing.facts.outline
    body, gaps = _body(writing)
    context: dict[str, Any] = {
        **head(letter, letter.report_number_suffix, "", None, writing.seen_on.year),
        "title": said(outline.title, writing) or view.name.removeprefix("Báo cáo "),
        "opening": said(outline.opening, writing) or _opening(writing, letter),
        "body": [_marked(part, letter) for part in body],
        "closing": said(outline.closing, writing)
        or "Trên đây là tổng hợp tình hình, kết quả thực hiện nhiệm vụ, chỉ tiêu được giao; số liệu chi tiết tại Phụ "
        "lục I và Phụ lục II kèm theo.",
        "copies": _copies(outline, letter),
        "signer_name": "",
        "unit": letter.unit.upper(),
        "apart": _apart(writing, gaps),
    }
    return render("bao-cao.docx", context, writing.seen_on, writing.notes)


def _opening(writing: Writing, letter: Letter) -> str:
    view = writing.view
    true_of = "" if writing.day == view.cut_off else f", tính đến ngày {vn_date(writing.day)}"
    return (
        f"Trên cơ sở báo cáo của các cơ quan, đơn vị, địa phương, {letter.issuer_in_text} báo cáo tình hình, kết quả "
        f"thực hiện nhiệm vụ, chỉ tiêu được giao, số liệu từ ngày {vn_date(view.data_from)} đến hết ngày "
        f"{vn_date(view.cut_off)}{true_of}, như sau:"
    )


def _body(writing: Writing) -> tuple[list[Part], list[str]]:
    """The parts of the report in order, and the headings that a person has yet to write."""
    headings = writing.facts.outline.headings
    parts: list[Part] = []
    gaps = []
    for at, heading in enumerate(headings):
        title = said(heading.title, writing)
        own = _under(heading, writing)
        if not own and not _has_children(headings, at):
            gaps.append(f"{_place(headings, at)} {title}".strip())
            own = [{"kind": "gap", "text": _NO_PROSE if heading.from_ else _NOTHING}]
        parts.append({"kind": _KINDS[heading.level], "number": heading.number, "title": title})
        parts += own
    return parts, gaps


def _place(headings: Sequence[ReportHeading], at: int) -> str:
    """Where a heading stands: "Phần 1, III.2"."""
    numbers = [headings[at].number]
    level = headings[at].level
    for heading in reversed(headings[:at]):
        if heading.level < level:
            level = heading.level
            numbers.insert(0, f"{heading.number}{',' if level == 1 else ''}")
    part, *rest = numbers if numbers[0].endswith(",") else ["", *numbers]
    return f"{part} {'.'.join(rest)}".strip()


def _has_children(headings: Sequence[ReportHeading], at: int) -> bool:
    return at + 1 < len(headings) and headings[at + 1].level > headings[at].level


def _under(heading: ReportHeading, writing: Writing) -> list[Part]:
    """What stands under one heading: its own text, what the program shows, what the agencies wrote."""
    parts = [text(said(line, writing)) for line in heading.text.split("\n") if line.strip()]
    for shown in heading.shows:
        parts += parts_of(shown, heading, writing)
    more = form_proposals(writing) if heading.group and "form-proposals" in heading.shows else []
    return parts + prose_parts(heading, writing.facts.outline, writing.facts.pieces, writing.notes, more)


def _marked(part: Part, letter: Letter) -> Part:
    """A heading's number with the mark that the layout writes: "I-" or "I.", "1.", "a)"."""
    number = part.get("number", "")
    marks = {"h2": "-" if letter.layout == "party" else ".", "h3": ".", "h4": ")"}
    mark = marks.get(part["kind"], "")
    return {**part, "number": f"{number}{mark}"} if number and number[-1].isalnum() and mark else part


def _apart(writing: Writing, gaps: Sequence[str]) -> dict[str, Any]:
    """What goes with the draft for the secretariat, and is taken out before it is signed."""
    facts = writing.facts
    left = unplaced(facts.pieces, facts.outline.fed)
    return {
        "remarks": _remarks(writing, gaps),
        "unplaced": unplaced_parts(left, writing.notes)
        or [text("Không có: toàn bộ lời văn đã nhận đều đã xếp vào đề mục của báo cáo.")],
        "sources": _sources(facts.pieces) or [text("Chưa nhận được lời văn của cơ quan, đơn vị nào.")],
        "contradictions": [
            {
                "agency": one.agency,
                "kind": one.kind,
                "source": one.source,
                "sentence": one.sentence,
                "state": one.state,
            }
            for one in shortened(facts.contradictions).lines
        ],
    }


def _sources(pieces: Iterable[Piece]) -> list[Part]:
    few = shortened(list(dict.fromkeys(piece.source.text for piece in pieces)))
    lines = [text(f"- {line}.") for line in few.lines]
    if few.left:
        lines.append(text(f"Và {few.left} nguồn khác: đầy đủ ở trang “{PROSE}” của sổ phụ lục (Excel)."))
    return lines


def _remarks(writing: Writing, gaps: Sequence[str]) -> list[Part]:
    """What a person must know of this draft before it is signed."""
    remarks = [
        (
            "Lời văn là của các cơ quan, đơn vị, giữ nguyên từng chữ; dòng (Nguồn: …) sau mỗi đoạn và các đoạn gần "
            "giống nhau là để biên tập. Số liệu trong lời văn chưa được đối chiếu thì chỉ là số của cơ quan nêu ra."
        )
    ]
    if writing.result.withheld:
        remarks.append(
            f"Kỳ này có {in_prose(writing.result.withheld)} nhiệm vụ không đưa lên hệ thống. Số liệu của các nhiệm vụ "
            "ấy không có trong báo cáo; lời văn thì phần mềm không phân biệt được nhiệm vụ, đề nghị đọc lại toàn bộ "
            "trước khi trình ký."
        )
    if writing.basis is Basis.CONFIRMED and writing.both.words.unconfirmed:
        remarks.append(
            f"Còn {in_prose(writing.both.words.unconfirmed)} kê khai chưa được xác nhận: trên số đã xác nhận, các kê "
            "khai ấy được tính như chưa có báo cáo."
        )
    if gaps:
        remarks.append(f"{len(gaps):02d} đề mục chưa có nội dung: {'; '.join(gaps)}.")
    many = len(writing.facts.contradictions) > LONGEST
    if writing.facts.contradictions:
        remarks.append(
            f"Còn {in_prose(len(writing.facts.contradictions))} điểm chưa khớp trong phiếu đối chiếu ở cuối dự thảo; "
            "số liệu trong báo cáo chưa được điều chỉnh theo các điểm này."
            + (f" Ở đây chỉ in {FEW} điểm đầu; toàn bộ ở phiếu đối chiếu của kỳ." if many else "")
        )
    return [text(f"{number}. {remark}") for number, remark in enumerate(remarks, 1)]


def _copies(outline: ReportOutline, letter: Letter) -> list[str]:
    """The lines of "Nơi nhận": the Party's end in commas, the State's in semicolons, the last one in a stop."""
    party = letter.layout == "party"
    usual = ["Các thành viên Ban Chỉ đạo", "Lưu Văn phòng" if party else "Lưu: VT"]
    *lines, last = outline.recipients or usual
    return [*(f"{line}{',' if party else ';'}" for line in lines), f"{last}."]
