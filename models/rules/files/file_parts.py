"""What the files that the secretariat edits have in common: how their entries, codes and texts are checked."""

from re import fullmatch
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _slug(text: str) -> str:
    if not fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise ValueError(f"“{text}” chỉ được gồm chữ thường không dấu, chữ số và dấu gạch nối")
    return text


def _each_once(values: list[str]) -> list[str]:
    doubled = [value for i, value in enumerate(values) if value in values[:i]]
    if doubled:
        raise ValueError(f"“{doubled[0]}” ghi hai lần")
    return values


Slug = Annotated[str, AfterValidator(_slug)]
Text = Annotated[str, Field(min_length=1)]
Once = AfterValidator(_each_once)


class Part(BaseModel):
    """What all parts of a file have in common: unknown fields are refused, nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)
