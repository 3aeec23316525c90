"""What every letter needs: whom to ask, whose it is, and the line that says what of a request is owed by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlmodel import Session

from models.codes import RequestState
from models.cycle import Cycle, Request
from models.directory import Agency, Person
from models.notice import Notice
from models.rules.form import AssignmentLine, Form, IndicatorLine
from models.rules.reminders.notices import promise_sentence, state_sentence, time_left
from models.rules.workdays import WorkCalendar
from models.time import local_day, vn_date
from tasks.cycle.agency_acts import last_promises
from tasks.cycle.forms import asked_about, form_facts, line_of
from tasks.cycle.frozen_policy import regime_of
from tasks.cycle.request_acts import link_of
from tasks.letters.ahead import FormsAhead, Planned
from tasks.letters.wording import Contact, Item, LetterContext, Line
from tasks.office import Office
from tasks.reminders.replan import SETTLED
from tasks.sending.mail_message import Attachment

HOW_TO_RETURN = (
    "Gửi lại tệp đã điền bằng cách trả lời thư này kèm tệp, "
    "hoặc chép tệp vào thư mục nhận báo cáo của Ban Chỉ đạo."
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

Written = tuple[LetterContext, tuple[Attachment, ...]]
"""The facts of a letter, and what goes with it."""


def subject_id(notice: Notice) -> int:
    """The 7 of submission:7."""
    return int(notice.subject.partition(":")[2])


@dataclass(frozen=True)
class Clerk:
    """Reads facts for one letter from the database as it stands at the moment of sending."""

    office: Office
    session: Session
    calendar: WorkCalendar
    now: datetime
    secretariat: Sequence[Person]
    ahead: FormsAhead

    def agency(self, request: Request) -> Agency:
        """Whose request it is."""
        return self.session.get_one(Agency, request.agency_id)

    def cycle(self, request: Request) -> Cycle:
        """The cycle that a request belongs to."""
        return self.session.get_one(Cycle, request.cycle_id)

    def request(self, notice: Notice) -> Request:
        """The request that a notice is about."""
        return self.session.get_one(Request, notice.request_id)

    def contact(self, cycle: Cycle | None) -> Contact:
        """Whom to ask, in the name of the cycle's committee."""
        people = self.secretariat
        letter = regime_of(cycle).letter if cycle else self.office.profile.regimes[0].letter
        return Contact(
            issuer=letter.issuer_in_text,
            unit=letter.unit,
            name=people[0].name if people else letter.unit,
            phone=people[0].phone if people else "",
            email=people[0].email if people else "",
        )

    def planned(self, request: Request) -> Planned:
        """What is known of a request that is to go out."""
        return self.ahead.of(self.session, request, self._contact_line)

    def form(self, request: Request) -> Form:
        """The form of a request."""
        if request.state == RequestState.PLANNED:
            return self.planned(request).form
        request_id = request.id or 0
        return form_facts(self.session, [request_id], self._contact_line)[request_id].form

    def read_lines(self, requests: Sequence[Request]) -> None:
        """Read what these ask about at once: a letter may have thousands of lines."""
        ids = [request.id or 0 for request in requests if request.state != RequestState.PLANNED]
        if ids:
            self._asked.update(asked_about(self.session, ids))

    @property
    def _contact_line(self) -> str:
        return line_of(next(iter(self.secretariat), None))

    @cached_property
    def _asked(self) -> dict[int, Sequence[tuple[str, str]]]:
        return {}

    def line(self, request: Request, reminded: tuple[str, ...] = ()) -> Line:
        """What is owed of a request, until when, and how it stands; never what was reported."""
        return Line(
            agency=self.agency(request).name,
            cycle=self.cycle(request).name,
            due=vn_date(request.due),
            left=time_left(request.due, self.calendar, self.now),
            days_left=(request.due - local_day(self.now)).days,
            state="" if request.state in SETTLED else state_sentence(request.state),
            items=tuple(Item(key, name) for key, name in self._asked_about(request)),
            mending=request.state == RequestState.INCOMPLETE,
            link=link_of(self.office, request),
            promise=promise_sentence(self._promised(request), self.now),
            reminded=reminded,
        )

    def _asked_about(self, request: Request) -> Sequence[tuple[str, str]]:
        """Numbers and names of what a request asks about."""
        if request.state == RequestState.PLANNED:
            form = self.planned(request).form
            lines: list[AssignmentLine | IndicatorLine] = [*form.assignments, *form.indicators]
            return [(line.row_key.partition("/")[2], line.name) for line in lines]
        if request.id not in self._asked:
            self.read_lines([request])
        return self._asked.get(request.id or 0, ())

    def _promised(self, request: Request) -> date | None:
        """The day of the promise that stands."""
        if request.state == RequestState.PLANNED:
            return self.planned(request).promised
        return last_promises(self.session, [request.id or 0]).get(request.id or 0)
