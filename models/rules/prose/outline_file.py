"""The outline as the secretariat writes it in a file, checked: what is wrong is said with its heading."""

from pydantic import BaseModel, ConfigDict, Field

from models.rules.annexes.annex import Heading, Outline
from models.rules.files.file_faults import read_as
from models.rules.text import fold


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1, max_length=300)
    headings: list[dict[str, object]] = Field(min_length=1)


class _Entry(Heading):
    """A heading with what the file asks beyond the model: a code that a field of the page can be named by."""

    code: str = Field(pattern=r"^[\w.-]{1,40}$")
    number: str = Field(max_length=20)
    title: str = Field(min_length=1, max_length=300)


def outline_from(code: str, data: object) -> Outline:
    """The outline of a file as loaded from YAML; ValueError in Vietnamese, one sentence a line, with its heading."""
    file = read_as(_File, data, "Đề cương")
    headings: list[Heading] = []
    faults: list[str] = []
    for at, written in enumerate(file.headings, 1):
        where = f"headings, mục thứ {at} ({written.get('code', 'chưa có mã')})"
        try:
            entry = read_as(_Entry, written, where)
        except ValueError as wrong:
            faults.append(str(wrong))
            continue
        heading = Heading(**entry.model_dump())
        faults += [f"{where}: {fault}." for fault in _faults(heading, headings)]
        headings.append(heading)
    if faults:
        raise ValueError("\n".join(faults))
    return Outline(code=code, title=file.title, headings=tuple(headings))


def _faults(heading: Heading, before: list[Heading]) -> list[str]:
    """What a heading has against those before it."""
    faults = []
    deepest = before[-1].level + 1 if before else 1
    if heading.level > deepest:
        faults.append(f"level ghi {heading.level} nhưng ở chỗ này chỉ được đến {deepest}")
    if any(heading.code == other.code for other in before):
        faults.append(f"mã “{heading.code}” đã dùng cho một mục khác")
    for other in reversed(before):
        if other.level < heading.level:
            break
        if other.level == heading.level and fold(other.title) == fold(heading.title):
            faults.append(f"tên “{heading.title}” đã có ở mục {other.code} cùng cấp")
    if heading.figures == "annex" and not heading.annex:
        faults.append("figures ghi annex thì phải ghi thêm mã phụ lục ở annex")
    if heading.annex and heading.figures != "annex":
        faults.append("đã ghi mã phụ lục ở annex thì figures phải ghi annex")
    return faults
