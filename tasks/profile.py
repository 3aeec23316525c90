"""The province's folder: directory, groups, people, registers and owners as files that a person edits.

Reading checks everything first; applying is idempotent: what is in the files is made so in the database, and
who has left the files is made inactive, never deleted.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from re import fullmatch
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session, col, select

from models.codes import AgencyKind, Origin, PersonRole
from models.directory import Agency, AgencyGroup, Alias, Membership, Person
from models.fault import Fault
from models.register import Indicator, IndicatorOwner, Register
from models.rules.annexes.annex import Outline
from models.rules.directory.contact_fields import EMAIL
from models.rules.files.file_faults import read_as
from models.rules.files.file_lines import LinedDict, LinedList, line_of
from models.rules.policy import ComingFault, Regime, coming_faults, regimes_from
from models.rules.prose.outline_file import outline_from
from models.rules.reminders.reminder_steps import RegisterReminders, ReminderStep, reminders_from
from models.rules.reminders.step_plan import StepPlan
from models.rules.report.report_outline import ReportOutline, report_outline_from
from models.rules.text import clean, fold
from models.rules.workdays import DaysOffFile, WorkCalendar, days_off_from
from models.time import local_day
from tasks.letters.wording import is_digest
from tasks.states import record_act


class ProfileFault(Fault):
    """A file of the province's folder is wrong: says which file, where, and what to do."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")


T = TypeVar("T", bound=_Entry)
Read = TypeVar("Read")
Value = TypeVar("Value", str, tuple[str, str, str])
AgencyCode = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[\w.-]+$")]
Name = Annotated[str, Field(min_length=1, max_length=300)]


class AgencyEntry(_Entry):
    code: AgencyCode  # stands in file names
    name: Name
    kind: AgencyKind
    aliases: list[Name] = []


class Members(_Entry):
    kinds: list[AgencyKind] = []
    agencies: list[str] = []
    except_: list[str] = Field(default=[], alias="except")


class GroupEntry(_Entry):
    code: AgencyCode
    name: Name
    aliases: list[Name] = []
    member_noun: str = Field(default="cơ quan, đơn vị", max_length=60)
    from_: date = Field(alias="from")
    to: date | None = None
    members: Members


class PersonEntry(_Entry):
    agency: str | None = None
    role: PersonRole
    name: str = Field(min_length=1, max_length=200)
    email: str = Field(max_length=254, pattern=EMAIL)
    phone: str = Field(default="", max_length=40)


class RegisterEntry(_Entry):
    code: str
    name: str
    file: str


class DefaultOwner(_Entry):
    agency: str
    provisional: bool = True


class OwnerEntry(_Entry):
    indicator: str
    agency: str
    source: str = ""
    provisional: bool = False


class Profile(BaseModel):
    """A province's folder, read and checked."""

    folder: Path
    agencies: list[AgencyEntry]
    groups: list[GroupEntry]
    people: list[PersonEntry]
    registers: list[RegisterEntry]
    default_owner: DefaultOwner | None
    owners: list[OwnerEntry]
    regimes: list[Regime]
    reminders: list[RegisterReminders]
    days_off: DaysOffFile

    @property
    def assignment_steps(self) -> dict[str, tuple[StepPlan, ...]]:
        """Register code -> the steps of its assignments' own deadlines."""
        return {entry.register_code: tuple(step.plan() for step in entry.steps) for entry in self.reminders}

    def regime(self, code: str) -> Regime:
        """The regime with this code; ProfileFault lists those there are."""
        for regime in self.regimes:
            if regime.code == code:
                return regime
        known = ", ".join(regime.code for regime in self.regimes)
        raise ProfileFault(f"Không có chế độ báo cáo {code!r}. Các chế độ hiện có: {known}.")


def read_profile(folder: Path) -> Profile:
    """Read a province's folder. ProfileFault when a file is missing or wrong: which file, where in it, and why."""
    agencies = _yaml(folder, "agencies.yaml", "agencies")
    groups = _yaml(folder, "groups.yaml", "groups")
    people = _yaml(folder, "people.yaml", "people")
    registers = _yaml(folder, "registers.yaml", "registers")
    owners = _yaml(folder, "indicator-owners.yaml", "indicators", "default")
    default = owners["default"]
    profile = Profile(
        folder=folder,
        agencies=_entries(AgencyEntry, "agencies.yaml", agencies, "agencies"),
        groups=_entries(GroupEntry, "groups.yaml", groups, "groups"),
        people=_entries(PersonEntry, "people.yaml", people, "people"),
        registers=_entries(RegisterEntry, "registers.yaml", registers, "registers"),
        default_owner=_said("indicator-owners.yaml", lambda: read_as(DefaultOwner, default, "mục default"))
        if default is not None
        else None,
        owners=_entries(OwnerEntry, "indicator-owners.yaml", owners, "indicators"),
        regimes=_regimes(folder),
        reminders=_said("reminders.yaml", lambda: reminders_from(_yaml(folder, "reminders.yaml"))),
        days_off=_said("days-off.yaml", lambda: days_off_from(_yaml(folder, "days-off.yaml"))),
    )
    _check_references(profile)
    return profile


def _regimes(folder: Path) -> list[Regime]:
    """The regimes, each with the whole outline and the whole report whose files it names, so that a cycle freezes them
    with its policy."""
    content = _yaml(folder, "regimes.yaml")
    of_all, each = content.get("defaults"), content.get("regimes")
    outlines: dict[str, Outline] = {}
    reports: dict[str, ReportOutline] = {}
    for entry in [of_all, *(each if isinstance(each, list) else [])]:
        if not isinstance(entry, dict):
            continue
        code = str(entry.get("code", "defaults"))
        name, report = entry.get("outline"), entry.get("report")
        if isinstance(name, str):
            if name not in outlines:
                outlines[name] = _outline(folder, name, code)
            entry["outline"] = outlines[name]
        if isinstance(report, str):
            if report not in reports:
                reports[report] = _report(folder, report, code)
            entry["report"] = reports[report]
    return _said("regimes.yaml", lambda: regimes_from(content))


def _outline(folder: Path, name: str, regime: str) -> Outline:
    file = _named_file(
        folder, "outlines", name, f"regimes.yaml: chế độ {regime}, trường “outline”", "đề cương"
    )
    return _said(file, lambda: outline_from(name, _yaml(folder, file, "headings", "title")))


def _report(folder: Path, name: str, regime: str) -> ReportOutline:
    where = f"regimes.yaml: chế độ {regime}, trường “report”"
    file = _named_file(folder, "report", name, where, "bố cục báo cáo")
    return _said(file, lambda: report_outline_from(name, _yaml(folder, file)))


def _named_file(folder: Path, under: str, name: str, where: str, what: str) -> str:
    """The file that a regime names without its ending; ProfileFault lists those there are."""
    if not fullmatch(r"[\w-]+", name) or not (folder / under / f"{name}.yaml").is_file():
        there = ", ".join(sorted(path.stem for path in (folder / under).glob("*.yaml"))) or "không có tệp nào"
        raise ProfileFault(
            f"{where}: không có tệp {under}/{name}.yaml. Ghi tên một {what} hiện có, không ghi đuôi .yaml: {there}."
        )
    return f"{under}/{name}.yaml"


def _check_reports(profile: Profile) -> None:
    """What a report names, its regime must have: headings of the agencies' outline, registers of the province."""
    registers = {entry.code for entry in profile.registers}
    for regime in profile.regimes:
        report = regime.report
        if report is None:
            continue
        headings = {heading.code for heading in regime.outline.headings} if regime.outline else None
        if faults := report.faults(headings, registers):
            file = f"report/{report.code}.yaml"
            content = _yaml(profile.folder, file)
            raise ProfileFault(
                "\n".join(
                    f"{file} (dòng {line_of(content, place)}): {fault} {regime.code}."
                    for place, fault in faults
                )
            )


def refuse_coming_faults(profile: Profile, calendar: WorkCalendar, day: date) -> None:
    """ProfileFault when a policy in use cannot hold in a period that is still to come on this day: its steps would
    pass the province's own due date, or its dates contradict each other."""
    faults = coming_faults(profile.regimes, calendar, day)
    if faults:
        content = _yaml(profile.folder, "regimes.yaml")
        said = [
            f"regimes.yaml{_place_of(content, fault)}: {line}"
            for fault in faults
            for line in fault.sentence.splitlines()
        ]
        raise ProfileFault("\n".join(said))


def _place_of(content: dict[str, Any], fault: ComingFault) -> str:
    """The lines of the steps at fault, else of their regime: " (dòng 57)"."""
    own = next(entry for entry in content["regimes"] if entry.get("code") == fault.regime)
    steps = own.get("steps") or content.get("defaults", {}).get("steps", [])
    lines = [
        line_of(steps, (number,)) for number, step in enumerate(steps) if step.get("code") in fault.steps
    ] or [line_of(own, ("code",))]
    return f" (dòng {', '.join(map(str, lines))})"


class _Loader(yaml.SafeLoader):
    """YAML as people write it: a heading that stands twice is a slip, not a reason to forget the first.

    What it gives knows its lines (models.rules.files.file_lines), so that a fault can name the one that is wrong.
    """


def _each_heading_once(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen = set()
    for key, _value in node.value:
        if key.value in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"mục {key.value!r} ghi hai lần", key.start_mark
            )
        seen.add(key.value)
    made = LinedDict(loader.construct_mapping(node, deep=True))
    made.line = node.start_mark.line + 1
    made.lines = {
        loader.construct_object(key, deep=True): key.start_mark.line + 1 for key, _value in node.value
    }
    return made


def _with_lines(loader: _Loader, node: yaml.SequenceNode) -> list[Any]:
    made = LinedList(loader.construct_sequence(node, deep=True))
    made.lines = [entry.start_mark.line + 1 for entry in node.value]
    return made


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _each_heading_once)
_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_SEQUENCE_TAG, _with_lines)


def read_yaml(folder: Path, name: str) -> dict[str, Any]:
    """A file of the province's folder that stands for itself. ProfileFault says what is wrong with it."""
    return _yaml(folder, name)


def _yaml(folder: Path, name: str, *headings: str) -> dict[str, Any]:
    """A file's content. With `headings`, it has exactly these, the first of them a list that must be there:
    a heading that is misspelt would else read as an empty directory, and everyone as gone."""
    path = folder / name
    try:
        content = yaml.load(path.read_text(encoding="utf-8-sig"), _Loader)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise ProfileFault(f"Không đọc được {path}: {error.strerror}. Kiểm tra DONDOC_PROFILE.") from error
    except UnicodeDecodeError as error:
        raise ProfileFault(f"Tệp {path} không phải bảng mã UTF-8; hãy lưu lại với bảng mã UTF-8.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" dòng {mark.line + 1}" if mark else ""
        why = getattr(error, "problem", "") if isinstance(error, yaml.constructor.ConstructorError) else ""
        raise ProfileFault(
            f"Tệp {path}{place}: {why or 'không đúng cú pháp YAML (xem lại thụt dòng, dấu hai chấm, dấu ngoặc)'}."
        ) from error
    if not isinstance(content, dict):
        raise ProfileFault(f"Tệp {path} phải có các mục ở đầu dòng, như tệp mẫu.")
    if headings:
        unknown = sorted(str(key) for key in content if key not in headings)
        if unknown:
            raise ProfileFault(f"Tệp {path}: mục {unknown[0]!r} không có trong mẫu ({', '.join(headings)}).")
        if headings[0] not in content:
            raise ProfileFault(f"Tệp {path}: thiếu mục {headings[0]!r}.")
        content = {**dict.fromkeys(headings), **content}
    return content


def _said(name: str, read: Callable[[], Read]) -> Read:
    """What `read` reads; its faults named by their file, one sentence a line."""
    try:
        return read()
    except ProfileFault:
        raise
    except ValueError as error:
        raise ProfileFault("\n".join(f"{name}: {line}" for line in str(error).splitlines())) from error


def _entries(kind: type[T], name: str, content: dict[str, Any], key: str) -> list[T]:
    entries = [] if content[key] is None else content[key]
    if not isinstance(entries, list):
        raise ProfileFault(
            f"{name}: mục {key!r} phải là một danh sách, mỗi mục một dòng bắt đầu bằng dấu gạch."
        )
    return [
        _said(name, lambda number=number, entry=entry: read_as(kind, entry, f"{key}, mục thứ {number}"))  # type: ignore[misc]
        for number, entry in enumerate(entries, start=1)
    ]


def _check_references(profile: Profile) -> None:
    """What no entry can know alone: doubled codes and names, codes that nobody has."""
    codes = [entry.code for entry in profile.agencies] + [entry.code for entry in profile.groups]
    for code in _doubled(codes):
        raise ProfileFault(
            f"agencies.yaml, groups.yaml: mã {code!r} dùng cho hai cơ quan hoặc nhóm; mỗi mã chỉ dùng một lần."
        )
    for code in _doubled([entry.code for entry in profile.registers]):
        raise ProfileFault(f"registers.yaml: mã danh mục {code!r} ghi hai lần.")
    _check_reports(profile)
    registers = {entry.code for entry in profile.registers}
    for listed in profile.reminders:
        if listed.register_code not in registers:
            raise ProfileFault(
                f"reminders.yaml nhắc đến danh mục {listed.register_code!r} không có trong registers.yaml."
            )
    for row_key in _doubled([owner.indicator for owner in profile.owners]):
        raise ProfileFault(f"indicator-owners.yaml: chỉ tiêu {row_key!r} phân công hai lần.")
    for person in _doubled([(p.agency or "", p.role.value, p.email) for p in profile.people]):
        raise ProfileFault(f"people.yaml: {person[2]} ghi hai lần với cùng vai trò.")
    for entry in profile.people:
        if (entry.agency is None) != (entry.role in (PersonRole.SECRETARIAT, PersonRole.LEADERSHIP)):
            raise ProfileFault(
                f"people.yaml: {entry.name!r}: thư ký và lãnh đạo BCĐ không ghi agency, người khác phải ghi."
            )
    known = {agency.code for agency in profile.agencies}
    named = [
        *((person.agency, "people.yaml") for person in profile.people if person.agency is not None),
        *((code, "groups.yaml") for group in profile.groups for code in group.members.agencies),
        *((code, "groups.yaml") for group in profile.groups for code in group.members.except_),
        *((owner.agency, "indicator-owners.yaml") for owner in profile.owners),
    ]
    asked = [whom for regime in profile.regimes for whom in regime.annexes]
    named += [(code, "regimes.yaml") for whom in asked for code in (*whom.agencies, *whom.except_)]
    for kind in {kind for whom in asked for kind in whom.kinds} - {kind.value for kind in AgencyKind}:
        kinds = ", ".join(kind.value for kind in AgencyKind)
        raise ProfileFault(
            f"regimes.yaml: annexes ghi loại cơ quan {kind!r}; ghi một trong các loại {kinds}."
        )
    steps: list[tuple[ReminderStep, str]] = [
        (step, "regimes.yaml") for regime in profile.regimes for step in regime.steps
    ]
    steps += [(step, "reminders.yaml") for listed in profile.reminders for step in listed.steps]
    for step, file in steps:
        if not is_digest(step.template):
            raise ProfileFault(
                f"{file}: bước {step.code} ghi mẫu thư {step.template!r} không có trong templates/mail; "
                "bỏ trống để dùng thư tổng hợp (digest)."
            )
    if profile.default_owner is not None:
        named.append((profile.default_owner.agency, "indicator-owners.yaml"))
    for code, file in named:
        if code not in known:
            raise ProfileFault(f"{file} nhắc đến mã cơ quan {code!r} không có trong agencies.yaml.")
    bearers: dict[str, str] = {}
    for code, names in _names(profile):
        for name in names:
            other = bearers.setdefault(fold(name), code)
            if other != code:
                raise ProfileFault(
                    f"agencies.yaml, groups.yaml: tên {name!r} ghi cho cả {other} và {code}; "
                    "mỗi tên chỉ chỉ một nơi."
                )


def _doubled(values: list[Value]) -> list[Value]:
    return sorted({value for value in values if values.count(value) > 1})


def _names(profile: Profile) -> list[tuple[str, list[str]]]:
    """Code -> every name it goes by, its own first: agencies, then groups."""
    agencies = [(agency.code, [agency.name, *agency.aliases]) for agency in profile.agencies]
    return agencies + [(group.code, [group.name, *group.aliases]) for group in profile.groups]


def apply_directory(session: Session, profile: Profile, *, actor: str, now: datetime) -> int:
    """Make the directory in the database say what the files say; returns how many rows changed.

    What was changed at the desk stays as it was made there (models.codes.Origin).
    """
    changed = 0
    agencies = {agency.code: agency for agency in session.exec(select(Agency))}
    for position, entry in enumerate(profile.agencies):
        agency = agencies.get(entry.code) or Agency(code=entry.code, name="", kind=entry.kind)
        if agency.origin is Origin.DESK:
            continue
        changed += _set(
            session, agency, name=clean(entry.name), kind=entry.kind, position=position, active=True
        )
        agencies[entry.code] = agency
    listed = {entry.code for entry in profile.agencies}
    for code, agency in agencies.items():
        if code not in listed and agency.origin is Origin.FILE:
            changed += _set(session, agency, active=False)
    groups = {group.code: group for group in session.exec(select(AgencyGroup))}
    for group_entry in profile.groups:
        group = groups.get(group_entry.code) or AgencyGroup(code=group_entry.code, name="")
        changed += _set(session, group, name=clean(group_entry.name), member_noun=group_entry.member_noun)
        groups[group_entry.code] = group
    session.flush()
    changed += _apply_aliases(session, profile, agencies, groups)
    changed += apply_memberships(session, profile, now)
    changed += _apply_people(session, profile, agencies)
    if changed:
        record_act(
            session,
            "nap-danh-ba",
            "directory",
            None,
            actor=actor,
            now=now,
            after={"thay đổi": changed, "cơ quan": len(listed), "người": len(profile.people)},
        )
    return changed


def _set(session: Session, row: Any, **values: Any) -> int:
    """Give a row these values; 1 when that changed or created it."""
    fresh = row.id is None
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not fresh and not differing:
        return 0
    for name, value in differing.items():
        setattr(row, name, value)
    session.add(row)
    return 1


def _apply_aliases(
    session: Session, profile: Profile, agencies: dict[str, Agency], groups: dict[str, AgencyGroup]
) -> int:
    changed = 0
    existing = {alias.folded: alias for alias in session.exec(select(Alias))}
    of_the_desk = {agency.id for agency in agencies.values() if agency.origin is Origin.DESK}
    kept = {folded for folded, alias in existing.items() if alias.agency_id in of_the_desk}
    wanted: dict[str, tuple[str, str]] = {}  # folded -> as written first, whose
    for code, names in _names(profile):
        if code in groups or agencies[code].origin is Origin.FILE:
            for name in names:
                wanted.setdefault(fold(name), (clean(name), code))
    for folded, (written, code) in wanted.items():
        if folded in kept:
            continue
        alias = existing.get(folded) or Alias(folded=folded, written="")
        agency_id = agencies[code].id if code not in groups else None
        group_id = groups[code].id if code in groups else None
        changed += _set(session, alias, written=written, agency_id=agency_id, group_id=group_id)
    for folded in existing.keys() - wanted.keys() - kept:
        session.delete(
            existing[folded]
        )  # a name withdrawn is recognised no more; registers keep whom it meant
        changed += 1
    return changed


def apply_memberships(session: Session, profile: Profile, now: datetime) -> int:
    """Put every agency in use into the groups that are for its kind or name it; returns how many rows changed."""
    changed = 0
    today = local_day(now)
    groups = {group.code: group.id for group in session.exec(select(AgencyGroup))}
    agencies = session.exec(select(Agency).where(col(Agency.active).is_(True))).all()
    existing = {(m.group_id, m.agency_id, m.from_day): m for m in session.exec(select(Membership))}
    wanted = set()
    for entry in profile.groups:
        group_id = groups.get(entry.code)
        if group_id is None:
            continue  # the files have not been loaded yet
        for agency in agencies:
            if not _belongs(agency, entry.members):
                continue
            key = (group_id, agency.id or 0, entry.from_)
            wanted.add(key)
            membership = existing.get(key) or Membership(
                group_id=group_id, agency_id=agency.id or 0, from_day=entry.from_
            )
            changed += _set(session, membership, to_day=entry.to)
    for key, membership in existing.items():
        if key not in wanted and (membership.to_day is None or membership.to_day >= today):
            # The files do not say when it ended: it counted until today, and in cycles of the past it still does.
            changed += _set(session, membership, to_day=max(membership.from_day, today - timedelta(days=1)))
    return changed


def _belongs(agency: Agency, members: Members) -> bool:
    return (
        agency.kind in members.kinds or agency.code in members.agencies
    ) and agency.code not in members.except_


def _apply_people(session: Session, profile: Profile, agencies: dict[str, Agency]) -> int:
    changed = 0
    existing = {(p.agency_id, p.role, p.email or p.name): p for p in session.exec(select(Person))}
    listed = set()
    for entry in profile.people:
        agency_id = agencies[entry.agency].id if entry.agency is not None else None
        key = (agency_id, entry.role, entry.email)
        listed.add(key)
        person = existing.get(key) or Person(agency_id=agency_id, role=entry.role, name="", email=entry.email)
        if person.origin is Origin.DESK:
            continue
        if not person.active:  # an address that is put back into the directory is tried afresh
            changed += _set(session, person, bounced_at=None, bounced_why="")
        changed += _set(session, person, name=clean(entry.name), phone=entry.phone, active=True)
    for key, person in existing.items():
        if key not in listed and person.origin is Origin.FILE:
            changed += _set(session, person, active=False)
    return changed


def apply_owners(session: Session, profile: Profile) -> int:
    """Give every indicator its owner: as the file says, else the default one, provisionally."""
    changed = 0
    agencies = {agency.code: agency.id for agency in session.exec(select(Agency))}
    owners = {owner.indicator_id: owner for owner in session.exec(select(IndicatorOwner))}
    named = {entry.indicator: entry for entry in profile.owners}
    keys: Iterable[tuple[Indicator, str]] = session.exec(
        select(Indicator, Register.code)
        .join(Register, col(Register.id) == col(Indicator.register_id))
        .where(col(Indicator.dropped_at).is_(None))
        .order_by(col(Indicator.id))
    ).all()
    seen = set()
    for indicator, register_code in keys:
        row_key = f"{register_code}/{indicator.key}"
        seen.add(row_key)
        entry = named.get(row_key)
        if entry is not None:
            values: dict[str, Any] = {
                "agency_id": agencies[entry.agency],
                "source": entry.source,
                "provisional": entry.provisional,
            }
        elif profile.default_owner is not None:
            values = {
                "agency_id": agencies[profile.default_owner.agency],
                "source": "",
                "provisional": profile.default_owner.provisional,
            }
        else:
            continue
        owner = owners.get(indicator.id or 0) or IndicatorOwner(indicator_id=indicator.id or 0, agency_id=0)
        changed += _set(session, owner, **values)
    for unknown in sorted(set(named) - seen):
        raise ProfileFault(
            f"indicator-owners.yaml nhắc đến chỉ tiêu {unknown!r} không có trong danh mục nào."
        )
    return changed
