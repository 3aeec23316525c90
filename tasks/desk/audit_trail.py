"""The audit trail as people read it: who did what to what, when, why; page by page, and as a file."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any

from sqlmodel import Session, col, select

from models.cycle import Cycle, Request
from models.desk import Account
from models.directory import Agency, Person
from models.history import Audit
from models.register import Assignment, Register
from models.rules.desk.acts import act_label
from models.rules.files.no_formula import no_formula
from models.time import end_of, start_of, vn_date, vn_instant

_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
PAGE = 100
BATCH = 500


@dataclass(frozen=True)
class Sought:
    """Which acts are looked for; everything empty: all of them. Days are local and inclusive."""

    actor: str = ""
    act: str = ""
    first_day: date | None = None
    last_day: date | None = None
    entity: str = ""
    entity_id: int | None = None


@dataclass(frozen=True)
class Entry:
    """One act. `about` says what it was done to, as a person calls it."""

    id: int
    at: datetime
    actor: str
    act: str
    about: str
    before: str
    after: str
    reason: str


def acts_found(
    session: Session, sought: Sought, *, before_id: int | None = None, most: int = PAGE
) -> list[Entry]:
    """Acts, the latest first, from before an id on."""
    query = select(Audit).order_by(col(Audit.id).desc()).limit(most)
    if sought.actor:
        query = query.where(col(Audit.actor) == sought.actor)
    if sought.act:
        query = query.where(col(Audit.act) == sought.act)
    if sought.entity:
        query = query.where(col(Audit.entity) == sought.entity)
    if sought.entity_id is not None:
        query = query.where(col(Audit.entity_id) == sought.entity_id)
    if sought.first_day:
        query = query.where(col(Audit.at) >= start_of(sought.first_day))
    if sought.last_day:
        query = query.where(col(Audit.at) < end_of(sought.last_day))
    if before_id is not None:
        query = query.where(col(Audit.id) < before_id)
    rows = session.exec(query).all()
    names = _names(session, rows)
    return [
        Entry(
            id=row.id or 0,
            at=row.at,
            actor=row.actor,
            act=act_label(row.act),
            about=names.get((row.entity, row.entity_id or 0), ""),
            before=_facts(row.before),
            after=_facts(row.after),
            reason=row.reason,
        )
        for row in rows
    ]


def actors(session: Session) -> list[str]:
    """Everyone who has done something, by name."""
    return sorted(session.exec(select(Audit.actor).distinct()))


def acts_done(session: Session) -> list[str]:
    """Codes of the acts that were done, by their label."""
    return sorted(session.exec(select(Audit.act).distinct()), key=act_label)


def acts_as_csv(session: Session, sought: Sought) -> Iterator[bytes]:
    """The acts as a file that Excel opens, read piece by piece: the trail may be long."""
    head = ("Số", "Thời điểm", "Người thực hiện", "Việc", "Đối tượng", "Trước", "Sau", "Lý do")
    yield "\ufeff".encode() + _lines([head])
    last: int | None = None
    while entries := acts_found(session, sought, before_id=last, most=BATCH):
        last = entries[-1].id
        yield _lines(
            (e.id, vn_instant(e.at), e.actor, e.act, e.about, e.before, e.after, e.reason) for e in entries
        )


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    out = StringIO()
    writer = csv.writer(out, delimiter=";")  # Excel with Vietnamese settings splits at it
    writer.writerows([[no_formula(str(value)) for value in row] for row in rows])
    return out.getvalue().encode()


def _facts(facts: dict[str, Any] | None) -> str:
    return "; ".join(f"{name}: {_said(value)}" for name, value in (facts or {}).items())


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if value in (None, ""):
        return "trống"
    return _DAY.sub(_written, str(value))


def _written(found: re.Match[str]) -> str:
    """A day of the trail as people write it; what only looks like one stays as it is."""
    try:
        return vn_date(date.fromisoformat(found[0]))
    except ValueError:
        return found[0]


def _names(session: Session, rows: Sequence[Audit]) -> dict[tuple[str, int], str]:
    """(entity, id) -> what a person calls it, in one query for each kind of thing."""
    ids: dict[str, set[int]] = {}
    for row in rows:
        if row.entity_id is not None:
            ids.setdefault(row.entity, set()).add(row.entity_id)
    names: dict[tuple[str, int], str] = {}
    if wanted := ids.get("cycle"):
        for cycle_id, code in session.exec(select(Cycle.id, Cycle.code).where(col(Cycle.id).in_(wanted))):
            names["cycle", cycle_id or 0] = f"Kỳ {code}"
    if wanted := ids.get("request"):
        for request_id, code, agency in session.exec(
            select(Request.id, Cycle.code, Agency.name)
            .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
            .join(Agency, col(Agency.id) == col(Request.agency_id))
            .where(col(Request.id).in_(wanted))
        ):
            names["request", request_id or 0] = f"{agency}, kỳ {code}"
    for number in ids.get("discrepancy", ()):
        names["discrepancy", number] = f"Điểm đối chiếu số {number}"
    if wanted := ids.get("agency"):
        for agency_id, agency in session.exec(
            select(Agency.id, Agency.name).where(col(Agency.id).in_(wanted))
        ):
            names["agency", agency_id or 0] = agency
    if wanted := ids.get("assignment"):
        for assignment_id, register, key in session.exec(
            select(Assignment.id, Register.code, Assignment.key)
            .join(Register, col(Register.id) == col(Assignment.register_id))
            .where(col(Assignment.id).in_(wanted))
        ):
            names["assignment", assignment_id or 0] = f"Nhiệm vụ {register}/{key}"
    if wanted := ids.get("person"):
        for person_id, person in session.exec(
            select(Person.id, Person.name).where(col(Person.id).in_(wanted))
        ):
            names["person", person_id or 0] = person
    if wanted := ids.get("account"):
        for account_id, login in session.exec(
            select(Account.id, Account.login).where(col(Account.id).in_(wanted))
        ):
            names["account", account_id or 0] = f"Tài khoản {login}"
    return names
