"""What every step needs: settings, database, the province's folder, the calendar, the key. Opened once a process."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from models.rules.workdays import WorkCalendar, work_calendar
from tasks.migrate import ensure_schema
from tasks.profile import Profile, read_profile
from tasks.secret_key import secret_key
from tasks.settings import Settings, load_settings
from tasks.store import Store, open_store


@dataclass(frozen=True)
class Office:
    """The secretariat's machine room. Opening it makes the home folder and the schema where they are missing."""

    settings: Settings
    store: Store

    @cached_property
    def profile(self) -> Profile:
        return read_profile(self.settings.profile)

    @cached_property
    def key(self) -> bytes:
        return secret_key(self.settings.key_file)

    def calendar(self, day: date) -> WorkCalendar:
        """Working days around a day: from the year before it to two years after."""
        if day.year not in self._calendars:
            self._calendars[day.year] = work_calendar(
                self.profile.days_off, range(day.year - 1, day.year + 3)
            )
        return self._calendars[day.year]

    @cached_property
    def _calendars(self) -> dict[int, WorkCalendar]:
        return {}


def open_office(settings: Settings | None = None) -> Office:
    """Open the office of these settings, by default those of the environment."""
    settings = settings or load_settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    settings.inbox.mkdir(exist_ok=True)
    store = open_store(settings.engine_url)
    ensure_schema(store)
    return Office(settings=settings, store=store)
