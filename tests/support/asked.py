"""A released request that asks more: annexes, an outline, last period's answers. Rows as the office writes them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from province import annex_texts
from sqlmodel import Session, select

from models.annex import AnnexVersion, RequestAnnex
from models.cycle import Cycle, Request, RequestItem
from models.rules.annexes.annex import Annex, Outline
from models.submission import Submission
from tasks.blobs import keep_bytes
from tasks.intake.judge import judge_one
from tasks.intake.receive import receive
from tasks.intake.typed_report import FILE_NAME, write_typed


def ask(province: Any, agency: str, *annexes: Annex, outline: Outline | None = None) -> None:
    """Ask an agency for these annexes, and everyone for this outline (none: for no prose)."""
    with province.store.writing() as session:
        request = session.get_one(Request, province.request_id(agency))
        _ask(session, request, annexes)
        cycle = session.get_one(Cycle, request.cycle_id)
        cycle.policy = {**cycle.policy, "outline": outline and outline.model_dump(mode="json")}
        request.form_sha256 = None  # it is written anew
        session.add_all([cycle, request])


def _ask(session: Session, request: Request, annexes: tuple[Annex, ...]) -> None:
    for old in session.exec(select(RequestAnnex).where(RequestAnnex.request_id == request.id)):
        session.delete(old)
    for position, annex in enumerate(annexes, 1):
        no = 1 + len(session.exec(select(AnnexVersion).where(AnnexVersion.code == annex.code)).all())
        content = f"{annex.code} {no}".encode()
        now = session.get_one(Cycle, request.cycle_id).opened_at
        version = AnnexVersion(
            code=annex.code,
            no=no,
            title=annex.title,
            sha256=keep_bytes(session, content, now),
            file_name=f"{annex.code}.xlsx",
            definition=annex.model_dump(mode="json"),
            actor="Thư ký",
            made_at=now,
        )
        session.add(version)
        session.flush()
        session.add(
            RequestAnnex(request_id=request.id or 0, annex_version_id=version.id or 0, position=position)
        )


def filled(province: Any, agency: str, *, leave_out: int = 0, percent: str = "40") -> dict[str, str]:
    """A form as an officer fills it in on the page."""
    form = province.form(agency)
    said = {}
    for line in form.assignments[leave_out:]:
        recurring = line.kind == "recurring"
        said[f"{line.row_key}:status"] = "Thường xuyên, bảo đảm tiến độ" if recurring else "Đang thực hiện"
        if not recurring:
            said[f"{line.row_key}:percent"] = percent
    for figure in form.indicators:
        said[f"{figure.row_key}:value"] = "12,5"
        said[f"{figure.row_key}:as_of"] = "10/3/2026"
        said[f"{figure.row_key}:source"] = "Thống kê"
    return {**said, **annex_texts(form)}


def reported_last(province: Any, agency: str, texts: Mapping[str, str]) -> None:
    """As if the agency had been asked the same in the quarter before, and had answered with these texts."""
    with province.store.writing() as session:
        request = session.get_one(Request, province.request_id(agency))
        cycle = session.get_one(Cycle, request.cycle_id)
        quarter = timedelta(days=90)
        days = ("data_from", "cut_off", "as_of", "due_written", "due", "province_due_written", "province_due")
        before = Cycle(
            **{
                **cycle.model_dump(exclude={"id"}),
                **{day: getattr(cycle, day) - quarter for day in days},
                "code": "bcd-quy-2025-Q4",
                "period": "2025-Q4",
                "name": "Báo cáo Quý IV/2025 thực hiện Nghị quyết số 57-NQ/TW",
            }
        )
        session.add(before)
        session.flush()
        asked = Request(cycle_id=before.id or 0, agency_id=request.agency_id, due=before.due)
        session.add(asked)
        session.flush()
        for item in session.exec(select(RequestItem).where(RequestItem.request_id == request.id)):
            session.add(RequestItem(**{**item.model_dump(exclude={"id"}), "request_id": asked.id}))
        for annex in session.exec(select(RequestAnnex).where(RequestAnnex.request_id == request.id)):
            session.add(RequestAnnex(**{**annex.model_dump(), "request_id": asked.id}))
        asked_id, opened = asked.id or 0, cycle.opened_at
    form = province.form(agency, "bcd-quy-2025-Q4")
    arrival_id = receive(
        province.store,
        channel="trang-web",
        reference=f"{asked_id}/ky-truoc",
        file_name=FILE_NAME,
        content=write_typed(form, texts, province.office.key, 0),
        received_at=opened - timedelta(days=60),
        now=opened,
        request_id=asked_id,
    )
    verdicts = judge_one(province.store, arrival_id or 0, province.office.key, opened)
    assert verdicts.accepted == 1, verdicts
    with province.store.writing() as session:
        version = session.exec(select(Submission.id).where(Submission.request_id == asked_id)).one()
        request = session.get_one(Request, province.request_id(agency))
        request.last_submission_id, request.form_sha256 = version, None
        session.add(request)
