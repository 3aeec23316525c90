"""The công văn that opens a cycle: who is asked what, for which days, by when; a draft while unnumbered."""

from dataclasses import dataclass
from datetime import date

from models.rules.policy import Letter
from models.time import vn_date
from tasks.documents.word_document import head, render

_MOST_IN_HEAD = 8  # more recipients than this stand in a list behind the letter
_EVERYBODY = "Các cơ quan, đơn vị, địa phương (danh sách kèm theo)"


@dataclass(frozen=True)
class LetterFacts:
    """What the letter says. Days are local; `due` and `province_due` are the effective ones, both inclusive.

    `legal_basis`: the documents it rests on, as a sentence names them. `registers`: the lists it asks about.
    `recipients`: the names after Kính gửi, in order. `number` without suffix and `day` stay open while empty.
    `contact`: one line; "" for the letter's unit alone. `copies`: lines of Nơi nhận after "Như trên".
    """

    letter: Letter
    cycle_name: str
    data_from: date
    cut_off: date
    as_of: date
    due: date
    province_due: date
    registers: tuple[str, ...]
    recipients: tuple[str, ...]
    legal_basis: tuple[str, ...] = ()
    contact: str = ""
    copies: tuple[str, ...] = ()
    number: str = ""
    day: date | None = None
    signer_name: str = ""


def letter_document(facts: LetterFacts) -> bytes:
    """The letter (DOCX) in the layout of its regime. ValueError when it is addressed to nobody."""
    if not facts.recipients:
        raise ValueError("Công văn chưa có nơi nhận: chưa cơ quan, đơn vị nào phải báo cáo trong kỳ này.")
    letter = facts.letter
    annexed = len(facts.recipients) > _MOST_IN_HEAD
    context = {
        **head(letter, letter.number_suffix, facts.number, facts.day, (facts.day or facts.due).year),
        "subject": f"V/v {_within(facts.cycle_name)}",
        "to": [_EVERYBODY] if annexed else list(facts.recipients),
        "annex": list(facts.recipients) if annexed else [],
        "opening": _opening(facts),
        "content": (
            "Tình hình, kết quả thực hiện các nhiệm vụ, chỉ tiêu được giao tại "
            f"{'; '.join(facts.registers)}; nhiệm vụ, chỉ tiêu của từng cơ quan, đơn vị, địa phương ghi sẵn "
            "trong biểu báo cáo."
        ),
        "window": _window(facts),
        "deadline": (
            f"Gửi báo cáo chậm nhất hết ngày {vn_date(facts.due)} để tổng hợp, báo cáo cấp có thẩm quyền "
            f"chậm nhất ngày {vn_date(facts.province_due)}."
        ),
        "contact": f"{(facts.contact or letter.unit).rstrip('. ')}.",
        "signer_name": facts.signer_name,
        "copies": _copies(facts),
    }
    return render("cong-van.docx", context, facts.day or facts.data_from)


def _opening(facts: LetterFacts) -> str:
    basis = f"Thực hiện {'; '.join(facts.legal_basis)}; để" if facts.legal_basis else "Để"
    return (
        f"{basis} xây dựng {_within(facts.cycle_name)}, {facts.letter.issuer_in_text} đề nghị các cơ quan, "
        "đơn vị, địa phương báo cáo tình hình, kết quả thực hiện nhiệm vụ, chỉ tiêu được giao như sau:"
    )


def _within(cycle_name: str) -> str:
    """The cycle's name inside a sentence: "báo cáo quý II năm 2026 ..."."""
    return cycle_name[:1].lower() + cycle_name[1:]


def _window(facts: LetterFacts) -> str:
    window = f"Từ ngày {vn_date(facts.data_from)} đến hết ngày {vn_date(facts.cut_off)}"
    return f"{window}; kết quả thực hiện tính đến ngày {vn_date(facts.as_of)}."


def _copies(facts: LetterFacts) -> list[str]:
    party = facts.letter.layout == "party"
    last = "Lưu Văn phòng." if party else "Lưu: VT."
    return ["Như trên,", *facts.copies, last] if party else ["Như trên;", *facts.copies, last]
