"""A form that nobody is asked to fill in: for whoever marks up an annex to see what agencies will get."""

from datetime import datetime

from models.codes import AgencyKind
from models.rules.annexes.annex import Annex
from models.rules.form import Form
from models.time import local_day
from tasks.profile import AgencyEntry, Profile
from tasks.workbook.write import write_form

_NO_KEY = b"bieu xem truoc, khong nop duoc"


def preview_form(annex: Annex, profile: Profile, now: datetime) -> bytes:
    """The workbook of an example agency with this annex alone. It is stamped with no real key: it cannot be sent in."""
    today = local_day(now)
    agency = example_agency(annex.code, profile)
    return write_form(
        Form(
            request_id=0,
            version=1,
            cycle_code="xem-truoc",
            cycle_name="Kỳ xem trước",
            agency_code=agency.code,
            agency_name=agency.name,
            data_from=today.replace(month=1, day=1),
            as_of=today,
            due=today,
            contact="",
            assignments=(),
            indicators=(),
            annexes=(annex,),
        ),
        _NO_KEY,
    )


def example_agency(code: str, profile: Profile) -> AgencyEntry:
    """The first agency that a regime asks for the annex, else the first department, else the first of all."""
    asked = [whom for regime in profile.regimes for whom in regime.annexes if whom.annex == code]
    departments = [agency for agency in profile.agencies if agency.kind is AgencyKind.DEPARTMENT]
    return next(
        (agency for agency in profile.agencies if any(whom.asks(agency.code, agency.kind) for whom in asked)),
        (departments or profile.agencies)[0],
    )
