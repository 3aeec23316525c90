"""A central monitoring system as the province's folder describes it: the shape of its workbook, kept as data.

None of these systems documents an interface: a person carries a workbook there and back. Which sheet, which headings,
which words it has for a status stands in a file, so that a new form of theirs needs no programmer.
"""

from collections import Counter
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.codes import AssignmentClass, Code
from models.rules.files.file_faults import read_as
from models.rules.text import clean, fold


class CentralField(Code):
    """What a column of theirs holds, in our words."""

    THEIR_CODE = "their_code", "mã nhiệm vụ trên hệ thống của Trung ương"
    ROW_KEY = "row_key", "mã nhiệm vụ trong danh mục của tỉnh"
    NUMBER = "number", "số thứ tự"
    NAME = "name", "tên nhiệm vụ"
    SECTION = "section", "lĩnh vực"
    DIRECTIVE = "directive", "văn bản giao nhiệm vụ"
    LEADS = "leads", "cơ quan chủ trì"
    COORDINATORS = "coordinators", "cơ quan phối hợp"
    RESULT = "result", "kết quả phải đạt"
    FIRST_DUE = "first_due", "thời hạn ban đầu"
    DUE = "due", "thời hạn đang áp dụng"
    STATUS = "status", "trạng thái"
    PERCENT = "percent", "tỷ lệ hoàn thành"
    COMPLETED_ON = "completed_on", "ngày hoàn thành"
    PRODUCT = "product", "sản phẩm"
    REASON = "reason", "khó khăn, nguyên nhân"
    BASIS = "basis", "căn cứ của trạng thái"
    AS_OF = "as_of", "tính đến ngày"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Words = Annotated[str, Field(min_length=1, max_length=200)]


class CentralColumn(_Part):
    """A column: its heading as we write it, other ways in which theirs is written, what it holds.

    Without a field the column is theirs alone: written empty, never read.
    """

    header: Words
    also: tuple[Words, ...] = ()
    field: CentralField | None = None


class StatusWords(_Part):
    """One class of ours: the word we write for it, and every word of theirs that means it."""

    write: Words
    read: tuple[Words, ...] = ()


class CentralSystem(_Part):
    """One system. `header_row` is where we write the headings; theirs are found by their words, wherever they stand."""

    system: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    name: Words
    sheet: Annotated[str, Field(min_length=1, max_length=31)]
    title: str = Field(default="", max_length=300)
    header_row: Annotated[int, Field(ge=1, le=30)] = 1
    columns: Annotated[tuple[CentralColumn, ...], Field(min_length=2)]
    statuses: dict[AssignmentClass, StatusWords]

    @model_validator(mode="after")
    def _can_be_read_back(self) -> "CentralSystem":
        written = [fold(word) for column in self.columns for word in (column.header, *column.also)]
        twice = [word for word, count in Counter(written).items() if count > 1]
        if twice:
            raise ValueError(f"tiêu đề cột “{twice[0]}” ghi hai lần")
        fields = [column.field for column in self.columns if column.field is not None]
        doubled = [field for field, count in Counter(fields).items() if count > 1]
        if doubled:
            raise ValueError(f"trường {doubled[0].value} gán cho hai cột")
        for needed in (CentralField.THEIR_CODE, CentralField.NAME):
            if needed not in fields:
                raise ValueError(f"thiếu cột có field: {needed.value} ({needed.label})")
        missing = [of_class.value for of_class in AssignmentClass if of_class not in self.statuses]
        if missing:
            raise ValueError(f"mục statuses thiếu từ cho: {', '.join(missing)}")
        if self.title and self.header_row == 1:
            raise ValueError("có title thì header_row phải từ 2 trở lên")
        return self

    def column_of(self, field: CentralField) -> CentralColumn | None:
        """The column that holds this field."""
        return next((column for column in self.columns if column.field is field), None)

    def word_for(self, of_class: AssignmentClass) -> str:
        """What this system calls a class of ours."""
        return self.statuses[of_class].write

    def classes_of(self, word: str) -> frozenset[AssignmentClass]:
        """The classes of ours that a word of theirs may mean; empty when the file does not know the word."""
        said = fold(clean(word))
        return frozenset(
            of_class
            for of_class, words in self.statuses.items()
            if said in {fold(one) for one in (words.write, *words.read)}
        )


def central_system_from(data: object) -> CentralSystem:
    """The file as loaded from YAML; ValueError in Vietnamese, one sentence a line."""
    return read_as(CentralSystem, data, "Tệp của hệ thống")
