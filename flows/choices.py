"""What the forms let a person choose from: agencies, regimes, registers. The lists are put into the forms on the server
(flows.prefect_forms), so that no flow reads the directory when it is imported."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.directory import Agency
from models.fault import Fault
from models.register import Register
from models.time import local_day
from tasks.office import Office

CHOICES = "dondoc-choices"
"""The mark in a field's schema that names its list."""
THIS_YEAR = "this_year"
"""The mark of a field whose first value is the year that runs."""
BY_KIND = "theo loại kỳ"
"""No regime named: the one in use for such a period."""
FIRST_REGISTER = "danh mục đầu tiên của tỉnh"


class ChoiceFault(Fault):
    """Something was chosen that there is not; the message says what there is."""


def of(choices: str) -> dict[str, Any]:
    """The mark for a field: `Field(..., json_schema_extra=of("agencies"))`."""
    return {CHOICES: choices}


def agencies(office: Office) -> list[str]:
    """Every active agency by code, with its name: "SNV · Sở Nội vụ"."""
    with office.store.reading() as session:
        return [label for _, label in _agencies(session)]


def regimes(office: Office) -> list[str]:
    """The regimes in use, after the choice that names none."""
    return [BY_KIND, *(regime.code for regime in office.profile.regimes if regime.active)]


def registers(office: Office) -> list[str]:
    """The registers of the province's folder and of the database, after the choice that names none."""
    with office.store.reading() as session:
        known = list(session.exec(select(Register.code).order_by(col(Register.id))))
    return [FIRST_REGISTER, *dict.fromkeys([*(entry.code for entry in office.profile.registers), *known])]


def this_year(now: datetime) -> int:
    """The year that the form of a cycle offers first."""
    return local_day(now).year


LISTS: dict[str, Callable[[Office], list[str]]] = {
    "agencies": agencies,
    "regimes": regimes,
    "registers": registers,
}


def agency_ids(session: Session, chosen: Sequence[str]) -> frozenset[int]:
    """The ids of what was chosen, by code with or without the name; none chosen: the empty set, which means all.

    ChoiceFault names a code that no active agency has.
    """
    known = {agency.code: agency.id or 0 for agency, _ in _agencies(session)}
    codes = [choice.partition(" ")[0].strip() for choice in chosen]
    unknown = sorted({code for code in codes if code not in known})
    if unknown:
        raise ChoiceFault(f"Không có cơ quan nào mang mã {', '.join(unknown)} trong danh bạ.")
    return frozenset(known[code] for code in codes)


def _agencies(session: Session) -> list[tuple[Agency, str]]:
    found = session.exec(
        select(Agency).where(col(Agency.active).is_(True)).order_by(col(Agency.position), col(Agency.code))
    )
    return [(agency, f"{agency.code} · {agency.name}") for agency in found]
