"""A flow's incident told at once: put down, then sent."""

from datetime import datetime

from tasks.office import Office
from tasks.reminders.incidents import Incident, put_incident
from tasks.sending.post import send_due
from tasks.steps import Outcome


def incident_step(office: Office, incident: Incident, now: datetime) -> Outcome:
    """Tell the secretariat of an incident, once a day for each flow and kind."""
    with office.store.writing() as session:
        new = put_incident(session, incident, now)
    if not new:
        return Outcome(f"Sự cố của “{incident.deployment}” hôm nay đã báo thư ký.")
    sent = send_due(office, now)
    how = "thư được giữ lại vì chưa đặt máy chủ gửi thư" if sent is None else f"đã gửi {sent.sent} thư"
    return Outcome(f"Báo thư ký sự cố của “{incident.deployment}” ({incident.kind}): {how}.")
