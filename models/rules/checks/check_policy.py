"""How strictly a regime takes the checks whose outcome needs judgement: part of its file, frozen with the cycle."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Level = Annotated[
    Literal["off", "warn", "block"],
    BeforeValidator(lambda level: "off" if level is False else level),  # YAML takes off for false
]


class CheckPolicy(BaseModel):
    """`jump`: by how many per cent a figure may differ from last period's before it is pointed out (None: never).

    `levels`: rule code -> "off", "warn" or "block", for the rules that may be set (ADJUSTABLE in check.py).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    jump: Decimal | None = Field(default=Decimal(50), gt=0)
    levels: dict[str, Level] = Field(default_factory=dict)
