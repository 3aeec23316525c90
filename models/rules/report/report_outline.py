"""The committee's own report as data: its headings, what stands under each, and which of the agencies' headings feed
it. The secretariat writes it in a file; a regime names the file, and a cycle freezes the whole of it with its policy.
"""

from collections.abc import Collection, Sequence
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from models.rules.files.file_faults import PlacedFault, read_as
from models.rules.files.file_parts import Once, Part, Slug, Text

Shown = Literal[
    "submissions",
    "laggards",
    "statistics",
    "ratios",
    "members",
    "cuts",
    "agencies",
    "done",
    "behind",
    "indicators",
    "indicator-sections",
    "indicator-table",
    "section-tasks",
    "next-tasks",
    "form-proposals",
    "chart-agencies",
    "chart-submissions",
    "chart-indicators",
]
"""What the program itself can put under a heading; explained one by one in the file and in docs/bao-cao.md."""

_NEEDS_SECTIONS = "section-tasks"

Place = Sequence[int | str]

StatPart = Literal[
    "done",
    "done_undated",
    "late",
    "in_progress",
    "in_progress_undated",
    "recurring_on",
    "recurring_off",
    "not_started",
    "not_started_undated",
    "behind",
    "proposed",
    "no_report",
]
"""The parts of a total, in the order in which a sentence names them (models.rules.report.statistics)."""


class StatLine(Part):
    """One line of the statistics by directive: a text of its own, or a sentence counted from these registers.

    `form`: total ("Tổng số ... là 20 nhiệm vụ, trong đó: ..."), given ("Đã giao 12 nhiệm vụ, đến nay ..."), members
    ("Đến nay đã có 45/45 xã, phường <what>": counts agencies, not tasks). `words` are what follows the count of a
    part; in them {han} stands for the last deadline of its tasks, {ds} for a footnote that lists them.
    """

    bullet: Literal["", "-", "+"] = "-"
    text: str = ""
    registers: Annotated[list[Text], Once] = Field(default_factory=list)
    subject: str = ""
    form: Literal["total", "given", "members"] = "total"
    noun: Text = "nhiệm vụ"
    what: Text = "hoàn thành các nhiệm vụ được giao"
    words: dict[StatPart, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _a_text_or_a_count(self) -> "StatLine":
        if bool(self.text) == bool(self.registers):
            raise ValueError(
                "ghi một trong hai: text (dòng chữ viết sẵn) hoặc registers (danh mục để thống kê)"
            )
        if self.registers and not self.subject:
            raise ValueError("thiếu subject: tên gọi của các nhiệm vụ được thống kê, đứng ở đầu câu")
        return self


class Addressee(Part):
    """To whom proposals go; `words` are the names by which a proposal's text names them."""

    name: Text
    words: Annotated[list[Text], Field(min_length=1), Once]


class ReportHeading(Part):
    """One heading of the report.

    `number` bears no mark of its own ("I", "1", "a"): the layout adds it. `from_` are codes of the agencies' outline
    whose prose stands here; `group` says how it is put together: piece by piece (""), as points with their agencies
    ("points"), or as points by whom they are addressed to ("addressees"). `sections` are sections of the registers,
    "V", or of one of them, "KH57-2026/V", for what `shows` lists of tasks; none: all of them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    number: str = Field(default="", max_length=20)
    title: Annotated[str, Field(min_length=1, max_length=400)]
    level: int = Field(ge=1, le=4)
    text: str = ""
    from_: Annotated[list[Text], Once] = Field(default_factory=list, alias="from")
    group: Literal["", "points", "addressees"] = ""
    shows: Annotated[list[Shown], Once] = Field(default_factory=list)
    sections: Annotated[list[Text], Once] = Field(default_factory=list)

    @model_validator(mode="after")
    def _sections_are_named(self) -> "ReportHeading":
        if _NEEDS_SECTIONS in self.shows and not self.sections:
            raise PlacedFault(
                ("shows",), f"ghi {_NEEDS_SECTIONS} thì phải ghi thêm sections: các mục của danh mục nhiệm vụ"
            )
        return self

    def holds(self, register_code: str, section: str) -> bool:
        """Whether tasks of this section of a register belong under this heading."""
        return not self.sections or section in self.sections or f"{register_code}/{section}" in self.sections


class ReportOutline(Part):
    """The whole report. `recipients` are the lines of "Nơi nhận" without dashes and stops, the last one the archive's;
    none: the layout's usual ones."""

    code: Slug
    title: str = ""
    opening: str = ""
    closing: str = ""
    statistics: list[StatLine] = Field(default_factory=list)
    headings: Annotated[list[ReportHeading], Field(min_length=1)]
    addressees: list[Addressee] = Field(default_factory=list)
    recipients: list[Text] = Field(default_factory=list)

    @model_validator(mode="after")
    def _headings_agree(self) -> "ReportOutline":
        fed: set[str] = set()
        deepest = 1  # a report may have no parts (Phần)
        for number, heading in enumerate(self.headings):
            if heading.level > deepest + 1:
                raise PlacedFault(
                    ("headings", number, "level"),
                    f"ghi {heading.level} nhưng ở chỗ này chỉ được đến {deepest + 1}",
                )
            deepest = heading.level
            for code in heading.from_:
                if code in fed:
                    raise PlacedFault(
                        ("headings", number, "from"),
                        f"mục “{code}” của đề cương đã xếp vào một đề mục khác; lời văn chỉ đứng ở một chỗ",
                    )
                fed.add(code)
        return self

    @property
    def fed(self) -> frozenset[str]:
        """The codes of the agencies' outline that have their place in the report."""
        return frozenset(code for heading in self.headings for code in heading.from_)

    def faults(
        self, outline_codes: Collection[str] | None, registers: Collection[str]
    ) -> list[tuple[Place, str]]:
        """What it names that the regime does not have: (where in the file, what is wrong).

        `outline_codes` is None where the regime asks for no prose: then nothing feeds the headings, and that is no
        fault.
        """
        found: list[tuple[Place, str]] = [
            (
                ("statistics", number, "registers", at),
                f"danh mục “{code}” không có trong registers.yaml; chế độ",
            )
            for number, line in enumerate(self.statistics)
            for at, code in enumerate(line.registers)
            if code not in registers
        ]
        for number, heading in enumerate(self.headings):
            found += [
                (
                    ("headings", number, "from", at),
                    f"mục “{code}” không có trong đề cương của chế độ",
                )
                for at, code in enumerate(heading.from_)
                if outline_codes is not None and code not in outline_codes
            ]
            found += [
                (
                    ("headings", number, "sections", at),
                    f"danh mục “{section.partition('/')[0]}” không có trong registers.yaml; chế độ",
                )
                for at, section in enumerate(heading.sections)
                if "/" in section and section.partition("/")[0] not in registers
            ]
        return found


def report_outline_from(code: str, data: object) -> ReportOutline:
    """The report of a file as loaded from YAML; ValueError in Vietnamese, one sentence a line, with field and line."""
    if isinstance(data, dict):
        data["code"] = code
    return read_as(ReportOutline, data, "Bố cục báo cáo")


PLAIN_REPORT = ReportOutline(
    code="bo-cuc-chung",
    headings=[
        ReportHeading(number="I", title="TÌNH HÌNH GỬI BÁO CÁO", level=2, shows=["submissions", "laggards"]),
        ReportHeading(
            number="II",
            title="KẾT QUẢ THỰC HIỆN NHIỆM VỤ",
            level=2,
            shows=["statistics", "members", "ratios", "cuts", "behind", "agencies"],
        ),
        ReportHeading(
            number="III",
            title="KẾT QUẢ THỰC HIỆN CHỈ TIÊU",
            level=2,
            shows=["indicators", "indicator-sections", "indicator-table"],
        ),
    ],
)
"""What a regime without a report of its own gets: its figures alone; all prose is then listed at the end."""
