"""zalo.yaml: which approved Zalo template stands for which letter, and what its parameters are filled with."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

LetterCode = Literal["request", "reminder", "escalation", "receipt", "faults"]
"""Letters about an agency's request: only these have the facts that a template is filled with."""


class Fact(StrEnum):
    """What a parameter may be filled with. A message of several requests gives the most pressing one's, and `count`."""

    NAME = "name"  # whom it is for
    AGENCY = "agency"  # Sở Nội vụ
    CYCLE = "cycle"  # Báo cáo Quý I/2026 ...
    DUE = "due"  # 20/3/2026
    LEFT = "left"  # còn 03 ngày làm việc
    COUNT = "count"  # requests that the message is about
    ITEMS = "items"  # assignments and indicators of the first of them
    PAGE = "page"  # what follows the host in the agency's link: for a button's address, never for the text


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ZbsTemplate(_Part):
    """An approved template: its id at Zalo, and parameter name -> fact."""

    template_id: Annotated[str, Field(min_length=1, max_length=40)]
    parameters: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,60}$")], Fact] = {}


class ZaloFile(_Part):
    """The whole file."""

    templates: dict[LetterCode, ZbsTemplate]
