"""The form of each request, from the revisions it froze."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import aliased, defer
from sqlmodel import Session, col, func, select

from models.annex import AnnexVersion, RequestAnnex
from models.cycle import Cycle, Request, RequestItem
from models.directory import Agency, Person
from models.register import Assignment, AssignmentRevision, Indicator, IndicatorRevision, Register
from models.rules.annexes.annex import Annex
from models.rules.form import AssignmentLine, Form, IndicatorLine, Last
from models.rules.typed_form import field_names
from tasks.among import evened
from tasks.cycle.assignment_standing import is_withheld, standing_word
from tasks.cycle.frozen_policy import regime_of
from tasks.cycle.last_answers import last_answers
from tasks.reminders.notices import secretariat
from tasks.store import asked_of_each


def form_name(agency_code: str, cycle_code: str) -> str:
    """The file name of an agency's form: bieu-bao-cao-SNV-bcd-quy-2026-Q1.xlsx."""
    return f"bieu-bao-cao-{agency_code}-{cycle_code}.xlsx"


def contact_line(session: Session) -> str:
    """Whom an agency asks: the first of the secretariat, in one line; "" when nobody is in the directory."""
    return line_of(next(iter(secretariat(session)), None))


def line_of(person: Person | None) -> str:
    """A contact in one line."""
    if person is None:
        return ""
    return ", ".join(part for part in (person.name, person.phone, person.email) if part)


@dataclass(frozen=True)
class FormFacts:
    """A form with what must be known to record an answer to it.

    `rows`: row key -> id of the assignment or indicator; `annex_versions`: code -> id. `standing`: where its
    assignments stood when it was read (tasks.cycle.assignment_standing); with another standing it is another form.
    """

    form: Form
    rows: Mapping[str, int]
    annex_versions: Mapping[str, int]
    standing: frozenset[str]
    last_submission_id: int | None

    @property
    def hides(self) -> bool:
        """Whether an assignment that it asked about is withheld now."""
        return any(map(is_withheld, self.standing))


def forms_of(session: Session, request_ids: Sequence[int]) -> dict[int, Form]:
    """Request id -> its form, in a fixed number of queries. A withheld assignment is on no form."""
    return {request_id: facts.form for request_id, facts in form_facts(session, request_ids).items()}


def form_facts(
    session: Session, request_ids: Sequence[int], contact: str | None = None
) -> dict[int, FormFacts]:
    """Request id -> its form and what its rows are, in a fixed number of queries and one a cycle. `contact` is the
    contact's line, from who knows it already, or does not need it."""
    assignments, standing = _assignment_lines(session, request_ids)
    indicators = _indicator_lines(session, request_ids)
    annexes = _annexes(session, request_ids)
    contact = contact_line(session) if contact is None else contact
    requests = _requests(session, request_ids)
    # Apart, and not joined: a cycle's policy is a page of JSON, which every row would carry again. Nor asked for again
    # where the session knows it.
    cycles = {
        cycle_id: session.get_one(Cycle, cycle_id)
        for cycle_id in {request.cycle_id for request, _ in requests}
    }
    carried = [request.last_submission_id for request, _ in requests if request.last_submission_id]
    asked_now = {annex.code: annex for found in annexes.values() for annex, _ in found}
    last = last_answers(session, carried, asked_now) if carried else {}
    regimes = {cycle_id: regime_of(cycle) for cycle_id, cycle in cycles.items()}
    found = {}
    for request, agency in requests:
        request_id = request.id or 0
        cycle, regime = cycles[request.cycle_id], regimes[request.cycle_id]
        form = Form(
            request_id=request_id,
            version=request.form_version,
            cycle_code=cycle.code,
            cycle_name=cycle.name,
            agency_code=agency.code,
            agency_name=agency.name,
            data_from=cycle.data_from,
            as_of=cycle.as_of,
            due=request.due,
            contact=contact,
            assignments=tuple(line for line, _ in assignments.get(request_id, ())),
            indicators=tuple(line for line, _ in indicators.get(request_id, ())),
            annexes=tuple(annex for annex, _ in annexes.get(request_id, ())),
            outline=regime.outline,
            checks=regime.checks,
        )
        if request.last_submission_id in last:
            form = replace(form, last=_of_form(form, last[request.last_submission_id]))
        found[request_id] = FormFacts(
            form=form,
            rows={
                line.row_key: row_id
                for lines in (assignments.get(request_id, ()), indicators.get(request_id, ()))
                for line, row_id in lines
            },
            annex_versions={annex.code: version_id for annex, version_id in annexes.get(request_id, ())},
            standing=frozenset(standing.get(request_id, ())),
            last_submission_id=request.last_submission_id,
        )
    return found


def hidden_rows(session: Session, request_ids: Sequence[int]) -> dict[int, int]:
    """Request id -> how many assignments it asked about that are withheld now."""
    counts = (
        select(RequestItem.request_id, func.count())
        .join(AssignmentRevision, col(AssignmentRevision.id) == col(RequestItem.assignment_revision_id))
        .join(Assignment, col(Assignment.id) == col(AssignmentRevision.assignment_id))
        .where(col(RequestItem.request_id).in_(request_ids), col(Assignment.withheld).is_(True))
        .group_by(col(RequestItem.request_id))
    )
    return dict(session.exec(counts).all())


def _of_form(form: Form, last: Last) -> Last | None:
    """Last period's answers to what this form asks; None when there are none."""
    asked = {*field_names(replace(form, last=last))}
    texts = {name: text for name, text in last.texts.items() if name in asked}
    return Last(last.cycle_name, texts) if texts else None


def _requests(session: Session, request_ids: Sequence[int]) -> Sequence[tuple[Request, Agency]]:
    """The requests with whose they are. One alone is not asked for again where the session knows it."""
    if len(request_ids) == 1:
        request = session.get(Request, request_ids[0])
        return [] if request is None else [(request, session.get_one(Agency, request.agency_id))]
    return session.execute(_REQUESTS, {"ids": evened(request_ids)}).tuples().all()


# Statements that are asked for every letter are put together once: that costs as much as asking them.
_THESE: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)

_REQUESTS = (
    sa.select(Request, Agency)
    .join(Agency, col(Agency.id) == col(Request.agency_id))
    .where(col(Request.id).in_(_THESE))
)
_ANNEXES = (
    sa.select(col(RequestAnnex.request_id), AnnexVersion)
    .join(AnnexVersion, col(AnnexVersion.id) == col(RequestAnnex.annex_version_id))
    .where(col(RequestAnnex.request_id).in_(_THESE))
    .order_by(col(RequestAnnex.request_id), col(RequestAnnex.position))
    .options(defer(AnnexVersion.definition))  # type: ignore[arg-type]
)


def _annexes(session: Session, request_ids: Sequence[int]) -> dict[int, list[tuple[Annex, int]]]:
    """Request id -> its annexes with the ids of their versions."""
    rows = session.execute(_ANNEXES, {"ids": evened(request_ids)}).all()
    known = _READ.setdefault(session.get_bind().engine.pool, {})
    found: dict[int, list[tuple[Annex, int]]] = {}
    for request_id, version in rows:
        key = (version.id or 0, version.sha256, version.made_at)
        if key not in known:
            known[key] = Annex.model_validate({**version.definition, "version": version.no})
        found.setdefault(request_id, []).append((known[key], version.id or 0))
    return found


_READ: WeakKeyDictionary[sa.Pool, dict[tuple[int, str, datetime], Annex]] = WeakKeyDictionary()
"""The versions of annexes that were read, by database: pages of JSON each, append-only, some dozen a year."""


_NOW, _FIRST = aliased(AssignmentRevision), aliased(AssignmentRevision)
_ASSIGNMENTS = (
    sa.select(
        col(RequestItem.request_id),
        col(RequestItem.role),
        col(AssignmentRevision.name),
        col(AssignmentRevision.result),
        col(_NOW.deadline_raw),
        col(_NOW.deadline_kind),
        col(_NOW.due),
        col(_NOW.source),
        col(_FIRST.deadline_raw),
        col(Register.code),
        col(Assignment.key),
        col(Assignment.id),
        col(Assignment.revision_no),
        col(Assignment.withheld),
    )
    .join(AssignmentRevision, col(AssignmentRevision.id) == col(RequestItem.assignment_revision_id))
    .join(Assignment, col(Assignment.id) == col(AssignmentRevision.assignment_id))
    .join(
        _NOW,
        sa.and_(col(_NOW.assignment_id) == col(Assignment.id), col(_NOW.no) == col(Assignment.revision_no)),
    )
    .join(_FIRST, sa.and_(col(_FIRST.assignment_id) == col(Assignment.id), col(_FIRST.no) == 1))
    .join(Register, col(Register.id) == col(Assignment.register_id))
    .where(col(RequestItem.request_id).in_(_THESE))
    .order_by(col(RequestItem.request_id), col(RequestItem.position))
)


def _assignment_lines(
    session: Session, request_ids: Sequence[int]
) -> tuple[dict[int, list[tuple[AssignmentLine, int]]], dict[int, list[str]]]:
    """The lines with their ids, and where all of them stand, by request. They say what the frozen revisions say, but
    for the deadline, which is the one in force: a decision may have moved it since."""
    rows = session.execute(_ASSIGNMENTS, {"ids": evened(request_ids)})
    lines: dict[int, list[tuple[AssignmentLine, int]]] = {}
    standing: dict[int, list[str]] = {}
    for (
        request_id,
        role,
        name,
        result,
        raw,
        kind,
        due,
        source,
        written,
        code,
        key,
        assignment_id,
        revision_no,
        withheld,
    ) in rows:
        word = standing_word(assignment_id, revision_no, withheld=withheld)
        standing.setdefault(request_id, []).append(word)
        if withheld:
            continue
        deadline = f"{raw} (ban đầu: {written}; điều chỉnh theo {source})" if source else raw
        line = AssignmentLine(f"{code}/{key}", name, role, result, deadline, kind, due)
        lines.setdefault(request_id, []).append((line, assignment_id or 0))
    return lines, standing


_INDICATORS = (
    sa.select(
        col(RequestItem.request_id),
        col(IndicatorRevision.name),
        col(IndicatorRevision.unit),
        col(IndicatorRevision.baseline_raw),
        col(IndicatorRevision.target_raw),
        col(Register.code),
        col(Indicator.key),
        col(Indicator.id),
    )
    .join(IndicatorRevision, col(IndicatorRevision.id) == col(RequestItem.indicator_revision_id))
    .join(Indicator, col(Indicator.id) == col(IndicatorRevision.indicator_id))
    .join(Register, col(Register.id) == col(Indicator.register_id))
    .where(col(RequestItem.request_id).in_(_THESE))
    .order_by(col(RequestItem.request_id), col(RequestItem.position))
)


def _indicator_lines(
    session: Session, request_ids: Sequence[int]
) -> dict[int, list[tuple[IndicatorLine, int]]]:
    rows = session.execute(_INDICATORS, {"ids": evened(request_ids)})
    lines: dict[int, list[tuple[IndicatorLine, int]]] = {}
    for request_id, name, unit, baseline, target, code, key, indicator_id in rows:
        line = IndicatorLine(f"{code}/{key}", name, unit, baseline, target)
        lines.setdefault(request_id, []).append((line, indicator_id or 0))
    return lines


_ASKED = (
    sa.select(
        col(RequestItem.request_id),
        sa.func.coalesce(col(Assignment.key), col(Indicator.key)),
        sa.func.coalesce(col(AssignmentRevision.name), col(IndicatorRevision.name)),
    )
    .join(
        AssignmentRevision,
        col(AssignmentRevision.id) == col(RequestItem.assignment_revision_id),
        isouter=True,
    )
    .join(Assignment, col(Assignment.id) == col(AssignmentRevision.assignment_id), isouter=True)
    .join(
        IndicatorRevision, col(IndicatorRevision.id) == col(RequestItem.indicator_revision_id), isouter=True
    )
    .join(Indicator, col(Indicator.id) == col(IndicatorRevision.indicator_id), isouter=True)
    .where(col(RequestItem.request_id).in_(_THESE), col(Assignment.withheld).is_not(True))
    .order_by(col(RequestItem.request_id), col(Assignment.id).is_(None), col(RequestItem.position))
)


def asked_about(session: Session, request_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Request id -> number and name of each assignment and then indicator on its form, without the form: what a letter
    lists. Nothing of a withheld assignment is in it."""

    def ask(ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
        found: dict[int, list[tuple[str, str]]] = {}
        for request_id, key, name in session.execute(_ASKED, {"ids": evened(ids)}):
            found.setdefault(request_id, []).append((key, name))
        return found

    return asked_of_each(session, asked_about, request_ids, ask, int)
