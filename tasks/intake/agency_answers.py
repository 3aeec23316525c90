"""What an agency itself has said so far in one request, as texts by field: for its outline, for its web form."""

from sqlmodel import Session, col, select

from models.codes import SubmissionVerdict
from models.rules.form import Form
from models.rules.typed_form import texts_from
from models.submission import Submission
from tasks.blobs import bytes_of
from tasks.intake.typed_report import is_typed, read_typed
from tasks.workbook.package import UnreadableForm
from tasks.workbook.read import read_form


def texts_in(form: Form, content: bytes) -> dict[str, str] | None:
    """What a report says in the form's fields; None when it cannot be read (a reader may have become stricter)."""
    try:
        filled = (read_typed if is_typed(content) else read_form)(content).filled
    except UnreadableForm:
        return None
    return texts_from(form, filled)


def latest_answers(session: Session, form: Form) -> dict[str, str]:
    """The texts of the version that counts, else of the latest version, else what was carried over from last period.
    A draft says nothing yet."""
    versions = session.exec(
        select(Submission)
        .where(Submission.request_id == form.request_id)
        .order_by(col(Submission.version).desc())
    ).all()
    accepted = [v for v in versions if v.verdict == SubmissionVerdict.ACCEPTED]
    for version in (accepted or versions)[:1]:
        texts = texts_in(form, bytes_of(session, version.sha256))
        if texts is not None:
            return texts
    return dict(form.last.texts) if form.last else {}
