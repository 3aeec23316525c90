"""What a person reads when a file they edited is wrong."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from models.codes import Roll
from models.rules.files.file_faults import read_as


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid")
    roll: Roll


class Sheet(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(min_length=1)] = "Tên"
    count: Annotated[int, Field(ge=1, le=31)] = 1
    urgent: bool = False
    share: float = 0.5
    window: Literal["nd09", "calendar"] = "nd09"
    lines: list[Line] = []
    names: dict[str, str] = {}


def test_what_is_right_is_read() -> None:
    sheet = read_as(Sheet, {"name": "Quý", "lines": [{"roll": "earlier"}]}, "Tệp mẫu")
    assert (sheet.name, sheet.lines) == ("Quý", [Line(roll=Roll.EARLIER)])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"lines": [{}]}, "Tệp mẫu, trường “lines › mục 1 › roll”: chưa được khai."),
        (
            {"nmae": "x"},
            "Tệp mẫu, trường “nmae”: không có trong mẫu của tệp, đề nghị xem lại cách viết tên trường.",
        ),
        ({"name": ""}, "Tệp mẫu, trường “name”: không được để trống."),
        ({"name": 5}, "Tệp mẫu, trường “name”: phải là chữ, đang viết là “5”."),
        ({"count": "hai"}, "Tệp mẫu, trường “count”: phải là số nguyên, đang viết là “hai”."),
        ({"count": 1.5}, "Tệp mẫu, trường “count”: phải là số nguyên, đang viết là “1.5”."),
        ({"count": 0}, "Tệp mẫu, trường “count”: phải từ 1 trở lên, đang viết là “0”."),
        ({"count": 32}, "Tệp mẫu, trường “count”: không được quá 31, đang viết là “32”."),
        ({"urgent": "có"}, "Tệp mẫu, trường “urgent”: phải là true hoặc false, đang viết là “có”."),
        ({"share": "nửa"}, "Tệp mẫu, trường “share”: giá trị “nửa” không hợp lệ."),
        (
            {"window": "nd9"},
            "Tệp mẫu, trường “window”: phải là một trong các giá trị nd09 hoặc calendar, đang viết là “nd9”.",
        ),
        (
            {"lines": [{"roll": "none"}, {"roll": "sớm"}]},
            (
                "Tệp mẫu, trường “lines › mục 2 › roll”: "
                "phải là một trong các giá trị earlier, later hoặc none, đang viết là “sớm”."
            ),
        ),
        (
            {"lines": "x"},
            "Tệp mẫu, trường “lines”: phải là một danh sách, mỗi mục một dòng bắt đầu bằng dấu gạch.",
        ),
        ({"lines": ["x"]}, "Tệp mẫu, trường “lines › mục 1”: phải gồm các trường con, mỗi trường một dòng."),
        ({"names": ["x"]}, "Tệp mẫu, trường “names”: phải gồm các trường con, mỗi trường một dòng."),
        (None, "Tệp mẫu: phải gồm các trường con, mỗi trường một dòng."),
        ({False: "x"}, "Tệp mẫu: tên trường “False” phải là chữ (YAML hiểu on, off, yes, no là đúng/sai)."),
    ],
)
def test_a_fault_is_a_sentence_that_names_the_field(data: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"^Tệp mẫu") as caught:
        read_as(Sheet, data, "Tệp mẫu")
    assert str(caught.value) == sentence


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"^Tệp mẫu") as caught:
        read_as(Sheet, {"name": "", "count": 0}, "Tệp mẫu")
    assert len(str(caught.value).split("\n")) == 2
