"""What is wrong in a file that a person edits: Vietnamese sentences naming the field as the file writes it.

The province's files (days off, regimes) are edited by the secretariat, who must be able to mend them from the
message alone.
"""

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from models.rules.files.file_lines import line_of

Model = TypeVar("Model", bound=BaseModel)

_COMPLAINTS = {
    "missing": "chưa được khai",
    "invalid_key": "tên trường “{input}” phải là chữ (YAML hiểu on, off, yes, no là đúng/sai)",
    "extra_forbidden": "không có trong mẫu của tệp, đề nghị xem lại cách viết tên trường",
    "int_type": "phải là số nguyên, đang viết là “{input}”",
    "int_parsing": "phải là số nguyên, đang viết là “{input}”",
    "int_from_float": "phải là số nguyên, đang viết là “{input}”",
    "bool_type": "phải là true hoặc false, đang viết là “{input}”",
    "bool_parsing": "phải là true hoặc false, đang viết là “{input}”",
    "string_type": "phải là chữ, đang viết là “{input}”",
    "string_too_short": "không được để trống",
    "too_short": "không được để trống",
    "greater_than_equal": "phải từ {ge} trở lên, đang viết là “{input}”",
    "less_than_equal": "không được quá {le}, đang viết là “{input}”",
    "enum": "phải là một trong các giá trị {expected}, đang viết là “{input}”",
    "literal_error": "phải là một trong các giá trị {expected}, đang viết là “{input}”",
    "list_type": "phải là một danh sách, mỗi mục một dòng bắt đầu bằng dấu gạch",
    "dict_type": "phải gồm các trường con, mỗi trường một dòng",
    "model_type": "phải gồm các trường con, mỗi trường một dòng",
}


class PlacedFault(ValueError):
    """What a validator of a whole finds wrong with one place inside it: the field is named, and its line."""

    def __init__(self, place: Sequence[int | str], complaint: str) -> None:
        super().__init__(complaint)
        self.place = tuple(place)


def read_as(model: type[Model], data: object, where: str) -> Model:
    """`data` as the model, else ValueError with one sentence a line. `where` names the file or its entry.

    The sentence names the line, too, where `data` knows its lines (models.rules.files.file_lines).
    """
    try:
        return model.model_validate(data)
    except ValidationError as wrong:
        raise ValueError("\n".join(_sentence(error, data, where) for error in wrong.errors())) from None


def _sentence(error: ErrorDetails, data: object, where: str) -> str:
    place = error["loc"][:-1] if error["type"] == "invalid_key" else error["loc"]
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, PlacedFault):
        place = (*place, *cause.place)
    field = " › ".join(f"mục {part + 1}" if isinstance(part, int) else part for part in place)
    subject = f"{where}, trường “{field}”" if field else where
    line = line_of(data, place)
    return f"{subject}{f' (dòng {line})' if line else ''}: {_complaint(error)}."


def _complaint(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if error["type"] == "value_error":
        return str(context["error"])
    complaint = _COMPLAINTS.get(error["type"], "giá trị “{input}” không hợp lệ")
    expected = str(context.get("expected", "")).replace(" or ", " hoặc ").replace("'", "")
    return complaint.format(**{**context, "expected": expected, "input": error["input"]})
