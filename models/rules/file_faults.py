"""What is wrong in a file that a person edits: Vietnamese sentences naming the field as the file writes it.

The province's files (days off, regimes) are edited by the secretariat, who must be able to mend them from the
message alone.
"""

from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

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


def read_as(model: type[Model], data: object, where: str) -> Model:
    """`data` as the model, else ValueError with one sentence a line. `where` names the file or its entry."""
    try:
        return model.model_validate(data)
    except ValidationError as wrong:
        raise ValueError("\n".join(_sentence(error, where) for error in wrong.errors())) from None


def _sentence(error: ErrorDetails, where: str) -> str:
    place = error["loc"][:-1] if error["type"] == "invalid_key" else error["loc"]
    field = " › ".join(f"mục {part + 1}" if isinstance(part, int) else part for part in place)
    subject = f"{where}, trường “{field}”" if field else where
    return f"{subject}: {_complaint(error)}."


def _complaint(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if error["type"] == "value_error":
        return str(context["error"])
    complaint = _COMPLAINTS.get(error["type"], "giá trị “{input}” không hợp lệ")
    expected = str(context.get("expected", "")).replace(" or ", " hoặc ").replace("'", "")
    return complaint.format(**{**context, "expected": expected, "input": error["input"]})
