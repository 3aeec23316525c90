"""Incidents of the machine room: a flow that failed or is late is told to the secretariat, once a day for each."""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, select

from models.history import Audit
from models.notice import Notice
from models.rules.reminders.audit import Finding
from models.rules.text import clean
from models.time import local_day
from tasks.reminders.notices import put_notice, secretariat
from tasks.states import MACHINE, record_act

STEP = "su-co"
ACT = "bao-su-co"
LATE = "chậm"
LONGEST = 300
_EXCEPTION = re.compile(r"exception: (?P<kind>\w+)(?:: (?P<words>.*))?", re.DOTALL)
_OUR_WORDS = ("Fault", "Refused")


@dataclass(frozen=True)
class Incident:
    """What Prefect says of a run: `kind` is "lỗi" or "chậm", `deployment` its name as the UI shows it."""

    kind: str
    deployment: str
    run_name: str = ""
    run_id: str = ""
    message: str = ""


def words_of(message: str) -> str:
    """As much of a failed run's message as may leave the machine: our own sentences whole, of any other exception its
    name alone (what it quotes may be what somebody reported)."""
    found = _EXCEPTION.search(message)
    if found is None:
        return clean(message)[:LONGEST]
    if found["kind"].endswith(_OUR_WORDS):
        return clean(found["words"] or "")[:LONGEST]
    return f"lỗi của chương trình ({found['kind']})"


def put_incident(session: Session, incident: Incident, now: datetime) -> bool:
    """Put an incident down and a line to everyone in the secretariat; whether it is new. The same flow's next failure
    of the same kind on the same day is neither."""
    subject = f"flow:{sha256(f'{incident.kind}/{incident.deployment}'.encode()).hexdigest()[:20]}"
    told = [
        put_notice(
            session,
            subject=subject,
            plan_no=local_day(now).toordinal(),
            step=STEP,
            person=person,
            now=now,
        )
        for person in secretariat(session)
    ]
    if not any(told):
        return False
    record_act(
        session,
        ACT,
        "flow",
        None,
        actor=MACHINE,
        now=now,
        after={
            "khóa": subject,
            "sự cố": incident.kind,
            "luồng việc": clean(incident.deployment)[:LONGEST],
            "lượt chạy": clean(incident.run_name)[:LONGEST],
            "mã lượt chạy": incident.run_id[:60],
            "nội dung": words_of(incident.message),
        },
    )
    return True


def incident_of(session: Session, notice: Notice) -> Finding:
    """The incident that a line is about, as the letter tells it."""
    rows = session.exec(select(Audit).where(Audit.act == ACT, Audit.at == notice.created_at)).all()
    facts = next((row.after for row in rows if row.after and row.after["khóa"] == notice.subject), {})
    name = facts.get("luồng việc") or "không rõ tên"
    if facts.get("sự cố") == LATE:
        what = f"Luồng việc “{name}” đến giờ mà chưa chạy"
        do = "Xem bộ thực hiện có đang chạy không (dondoc up); mở lượt chạy trên giao diện Prefect."
    else:
        why = f": {facts['nội dung']}" if facts.get("nội dung") else ""
        what = f"Luồng việc “{name}” chạy lỗi{why}"
        do = "Mở lượt chạy trên giao diện Prefect để xem nhật ký, sửa nguyên nhân rồi chạy lại."
    run = f" Lượt chạy: {facts['lượt chạy']}." if facts.get("lượt chạy") else ""
    return Finding(STEP, what.rstrip("."), f"{do}{run}", notice.created_at)
