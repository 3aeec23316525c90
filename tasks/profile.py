"""The province's folder: directory, groups, people, registers and owners as files that a person edits.

Reading checks everything first; applying is idempotent: what is in the files is made so in the database, and
who has left the files is made inactive, never deleted.
"""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlmodel import Session, col, select

from models.codes import AgencyKind, PersonRole
from models.fault import Fault
from models.directory import Agency, AgencyGroup, Alias, Membership, Person
from models.register import Indicator, IndicatorOwner, Register
from models.rules.policy import Regime, regimes_from
from models.rules.text import clean, fold
from models.rules.workdays import DaysOffFile, days_off_from
from tasks.states import record_act


class ProfileFault(Fault):
    """A file of the province's folder is wrong: says which file, where, and what to do."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")


T = TypeVar("T", bound=_Entry)


class AgencyEntry(_Entry):
    code: str = Field(min_length=1)
    name: str = Field(min_length=1)
    kind: AgencyKind
    aliases: list[str] = []


class Members(_Entry):
    kinds: list[AgencyKind] = []
    agencies: list[str] = []
    except_: list[str] = Field(default=[], alias="except")


class GroupEntry(_Entry):
    code: str = Field(min_length=1)
    name: str = Field(min_length=1)
    aliases: list[str] = []
    member_noun: str = "cơ quan, đơn vị"
    from_: date = Field(alias="from")
    to: date | None = None
    members: Members


class PersonEntry(_Entry):
    agency: str | None = None
    role: PersonRole
    name: str
    email: str = Field(pattern=r"^[^@\s<>\"']+@[^@\s<>\"']+\.[^@\s<>\"']+$")
    phone: str = ""


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
    days_off: DaysOffFile

    def regime(self, code: str) -> Regime:
        """The regime with this code; ProfileFault lists those there are."""
        for regime in self.regimes:
            if regime.code == code:
                return regime
        known = ", ".join(regime.code for regime in self.regimes)
        raise ProfileFault(f"Không có chế độ báo cáo {code!r}. Các chế độ hiện có: {known}.")


def read_profile(folder: Path) -> Profile:
    """Read a province's folder. ProfileFault when a file is missing or wrong."""
    agencies = _yaml(folder, "agencies.yaml")
    groups = _yaml(folder, "groups.yaml")
    people = _yaml(folder, "people.yaml")
    registers = _yaml(folder, "registers.yaml")
    owners = _yaml(folder, "indicator-owners.yaml")
    try:
        profile = Profile(
            folder=folder,
            agencies=_entries(AgencyEntry, "agencies.yaml", agencies, "agencies"),
            groups=_entries(GroupEntry, "groups.yaml", groups, "groups"),
            people=_entries(PersonEntry, "people.yaml", people, "people"),
            registers=_entries(RegisterEntry, "registers.yaml", registers, "registers"),
            default_owner=owners.get("default"),
            owners=_entries(OwnerEntry, "indicator-owners.yaml", owners, "indicators"),
            regimes=regimes_from(_yaml(folder, "regimes.yaml")),
            days_off=days_off_from(_yaml(folder, "days-off.yaml")),
        )
    except ProfileFault:
        raise
    except (ValidationError, ValueError) as error:
        raise ProfileFault(f"Thư mục {folder} có nội dung chưa đúng: {error}") from error
    _check_references(profile)
    return profile


def _yaml(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProfileFault(f"Không đọc được {path}: {error.strerror}. Kiểm tra DONDOC_PROFILE.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" dòng {mark.line + 1}" if mark else ""
        raise ProfileFault(f"Tệp {path}{place} không đúng cú pháp YAML.") from error
    if not isinstance(content, dict):
        raise ProfileFault(f"Tệp {path} phải có các mục ở đầu dòng, như tệp mẫu.")
    return content


def _entries(kind: type[T], name: str, content: dict[str, Any], key: str) -> list[T]:
    entries = []
    for number, entry in enumerate(content.get(key) or [], start=1):
        try:
            entries.append(kind.model_validate(entry))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            raise ProfileFault(
                f"{name}, mục thứ {number} của {key}: trường {field!r} chưa đúng ({entry})."
            ) from error
    return entries


def _check_references(profile: Profile) -> None:
    codes = [entry.code for entry in profile.agencies] + [entry.code for entry in profile.groups]
    for doubled in sorted({code for code in codes if codes.count(code) > 1}):
        raise ProfileFault(f"Mã {doubled!r} dùng cho hai cơ quan hoặc nhóm; mỗi mã chỉ dùng một lần.")
    known = {entry.code for entry in profile.agencies}
    named = [
        *((person.agency, "people.yaml") for person in profile.people if person.agency is not None),
        *((code, "groups.yaml") for group in profile.groups for code in group.members.agencies),
        *((code, "groups.yaml") for group in profile.groups for code in group.members.except_),
        *((owner.agency, "indicator-owners.yaml") for owner in profile.owners),
    ]
    if profile.default_owner is not None:
        named.append((profile.default_owner.agency, "indicator-owners.yaml"))
    for code, file in named:
        if code not in known:
            raise ProfileFault(f"{file} nhắc đến mã cơ quan {code!r} không có trong agencies.yaml.")
    bearers: dict[str, str] = {}
    for entry in [*profile.agencies, *profile.groups]:
        for name in (entry.name, *entry.aliases):
            other = bearers.setdefault(fold(name), entry.code)
            if other != entry.code:
                raise ProfileFault(f"Tên {name!r} ghi cho cả {other} và {entry.code}; mỗi tên chỉ chỉ một nơi.")


def apply_directory(session: Session, profile: Profile, *, actor: str, now: datetime) -> int:
    """Make the directory in the database say what the files say; returns how many rows changed."""
    changed = 0
    agencies = {agency.code: agency for agency in session.exec(select(Agency))}
    for position, entry in enumerate(profile.agencies):
        agency = agencies.get(entry.code) or Agency(code=entry.code, name="", kind=entry.kind)
        changed += _set(
            session, agency, name=clean(entry.name), kind=entry.kind, position=position, active=True
        )
        agencies[entry.code] = agency
    listed = {entry.code for entry in profile.agencies}
    for code, agency in agencies.items():
        if code not in listed:
            changed += _set(session, agency, active=False)
    groups = {group.code: group for group in session.exec(select(AgencyGroup))}
    for group_entry in profile.groups:
        group = groups.get(group_entry.code) or AgencyGroup(code=group_entry.code, name="")
        changed += _set(session, group, name=clean(group_entry.name), member_noun=group_entry.member_noun)
        groups[group_entry.code] = group
    session.flush()
    changed += _apply_aliases(session, profile, agencies, groups)
    changed += _apply_memberships(session, profile, agencies, groups)
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
    wanted: list[tuple[str, int | None, int | None]] = []
    for entry in profile.agencies:
        wanted += [(name, agencies[entry.code].id, None) for name in (entry.name, *entry.aliases)]
    for group in profile.groups:
        wanted += [(name, None, groups[group.code].id) for name in (group.name, *group.aliases)]
    for written, agency_id, group_id in wanted:
        folded = fold(written)
        alias = existing.get(folded) or Alias(folded=folded, written="")
        changed += _set(session, alias, written=clean(written), agency_id=agency_id, group_id=group_id)
        existing[folded] = alias
    return changed


def _apply_memberships(
    session: Session, profile: Profile, agencies: dict[str, Agency], groups: dict[str, AgencyGroup]
) -> int:
    changed = 0
    existing = {(m.group_id, m.agency_id, m.from_day): m for m in session.exec(select(Membership))}
    wanted = set()
    for entry in profile.groups:
        group_id = groups[entry.code].id
        assert group_id is not None  # noqa: S101 - flushed above
        for agency_entry in profile.agencies:
            if not _belongs(agency_entry, entry.members):
                continue
            agency_id = agencies[agency_entry.code].id
            assert agency_id is not None  # noqa: S101 - flushed above
            key = (group_id, agency_id, entry.from_)
            wanted.add(key)
            membership = existing.get(key) or Membership(
                group_id=group_id, agency_id=agency_id, from_day=entry.from_
            )
            changed += _set(session, membership, to_day=entry.to)
    for key, membership in existing.items():
        if key not in wanted and membership.to_day is None:
            # The files no longer say when it ended; it never counted for a day on which it is not listed.
            changed += _set(session, membership, to_day=membership.from_day)
    return changed


def _belongs(agency: AgencyEntry, members: Members) -> bool:
    return (agency.kind in members.kinds or agency.code in members.agencies) and agency.code not in members.except_


def _apply_people(session: Session, profile: Profile, agencies: dict[str, Agency]) -> int:
    changed = 0
    existing = {(p.agency_id, p.role, p.email): p for p in session.exec(select(Person))}
    listed = set()
    for entry in profile.people:
        agency_id = agencies[entry.agency].id if entry.agency is not None else None
        if (agency_id is None) != (entry.role in (PersonRole.SECRETARIAT, PersonRole.LEADERSHIP)):
            raise ProfileFault(
                f"people.yaml: {entry.name!r}: thư ký và lãnh đạo BCĐ không ghi agency, người khác phải ghi."
            )
        key = (agency_id, entry.role, entry.email)
        listed.add(key)
        person = existing.get(key) or Person(
            agency_id=agency_id, role=entry.role, name="", email=entry.email
        )
        changed += _set(session, person, name=clean(entry.name), phone=entry.phone, active=True)
    for key, person in existing.items():
        if key not in listed:
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
        raise ProfileFault(f"indicator-owners.yaml nhắc đến chỉ tiêu {unknown!r} không có trong sổ nào.")
    return changed
