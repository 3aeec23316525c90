"""The province's folder: what is wrong is said with its file and place; what is right is applied once."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, func, select

from models.directory import Agency, AgencyGroup, Alias, Membership, Person
from models.fault import Fault
from models.history import Audit
from models.register import IndicatorOwner
from models.rules.workdays import work_calendar
from tasks.profile import (
    Profile,
    ProfileFault,
    apply_directory,
    apply_owners,
    read_profile,
    refuse_coming_faults,
)
from tasks.settings import CHECKOUT
from tasks.store import Store

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
HERE = CHECKOUT / "deployments" / "dien-bien"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "tinh"
    shutil.copytree(HERE, made)
    return made


def written(name: str, content: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(content, encoding="utf-8")


def replaced(name: str, old: str, new: str) -> Callable[[Path], object]:
    def replace(folder: Path) -> object:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        return (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


SNV = "name: Sở Nội vụ\n    kind: department"
OFFICER = "{agency: SNV, role: officer, "
SNV_MAIL = "dau-moi@snv.dien-bien.example"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(lambda f: (f / "people.yaml").unlink(), "people.yaml", id="no file"),
        pytest.param(
            lambda f: (f / "people.yaml").write_bytes("people: [Sở]".encode("utf-16")),
            "UTF-8",
            id="another encoding",
        ),
        pytest.param(written("people.yaml", ""), "people.yaml phải có các mục ở đầu dòng", id="empty"),
        pytest.param(
            written("people.yaml", "- a\n"), "people.yaml phải có các mục ở đầu dòng", id="a bare list"
        ),
        pytest.param(written("people.yaml", "people:\n  - {a: b\n"), "people.yaml dòng 3", id="no YAML"),
        pytest.param(
            written("people.yaml", "peple: []\n"),
            "people.yaml: mục 'peple' không có trong mẫu",
            id="heading misspelt",
        ),
        pytest.param(
            written("indicator-owners.yaml", "{}"), "indicator-owners.yaml: thiếu mục", id="no heading"
        ),
        pytest.param(
            written("people.yaml", "people: []\npeople: []\n"),
            "people.yaml dòng 2: mục 'people' ghi hai lần",
            id="twice",
        ),
        pytest.param(
            written("people.yaml", "people: {a: b}\n"),
            "people.yaml: mục 'people' phải là một danh sách",
            id="no list",
        ),
        pytest.param(
            written("people.yaml", "people:\n  - chuỗi\n"),
            "people.yaml: people, mục thứ 1",
            id="an entry of text",
        ),
        pytest.param(
            replaced("agencies.yaml", SNV, SNV.replace("department", "bộ")),
            "agencies.yaml: agencies, mục thứ 8, trường “kind”",
            id="unknown kind",
        ),
        pytest.param(
            replaced("agencies.yaml", "code: SNV", "code: S/NV"),
            "mục thứ 8, trường “code”",
            id="code of no file name",
        ),
        pytest.param(
            replaced("agencies.yaml", "code: SNV", "code: 3160"),
            "mục thứ 8, trường “code”",
            id="code as a number",
        ),
        pytest.param(
            replaced("agencies.yaml", "code: SNV", "code: STC"), "mã 'STC' dùng cho hai", id="code twice"
        ),
        pytest.param(
            replaced("agencies.yaml", "name: Sở Nội vụ", "name: SỞ TÀI CHÍNH"), "ghi cho cả", id="name of two"
        ),
        pytest.param(
            replaced("people.yaml", "dau-moi@snv.", "đầu mối@snv."),
            "trường “email”",
            id="address with tone marks",
        ),
        pytest.param(
            replaced("people.yaml", OFFICER, OFFICER.replace("SNV", "SNX")), "'SNX'", id="unknown agency"
        ),
        pytest.param(
            replaced("people.yaml", "{agency: SNV, role: officer", "{role: officer"),
            "thư ký và lãnh đạo BCĐ không ghi agency",
            id="an officer of nowhere",
        ),
        pytest.param(
            replaced(
                "people.yaml",
                OFFICER,
                f"{OFFICER}name: A, email: dau-moi@snv.dien-bien.example}}\n  - {OFFICER}",
            ),
            "people.yaml: dau-moi@snv.dien-bien.example ghi hai lần",
            id="person twice",
        ),
        pytest.param(
            replaced("groups.yaml", "members: {}", "members: {agencies: [X]}"),
            "groups.yaml nhắc đến mã cơ quan 'X'",
            id="unknown member",
        ),
        pytest.param(
            replaced("indicator-owners.yaml", "agency: SKHCN", "agency: X"),
            "indicator-owners.yaml nhắc đến mã cơ quan 'X'",
            id="unknown default owner",
        ),
        pytest.param(
            replaced("indicator-owners.yaml", "default: {agency: SKHCN", "default: {agencie: SKHCN"),
            "indicator-owners.yaml: mục default, trường “agency”",
            id="default owner misspelt",
        ),
        pytest.param(
            replaced("regimes.yaml", "open_before: 10", "open_before: nhiều"),
            "regimes.yaml: Chế độ bcd-quy, trường “open_before”",
            id="regime",
        ),
        pytest.param(
            replaced("days-off.yaml", "02/5/2025", "32/5/2025"), "days-off.yaml: Tệp ngày nghỉ", id="day off"
        ),
    ],
)
def test_a_fault_says_its_file_and_place(folder: Path, spoil: Callable[[Path], object], said: str) -> None:
    spoil(folder)
    with pytest.raises(ProfileFault) as fault:
        read_profile(folder)
    assert said in str(fault.value)
    assert isinstance(fault.value, Fault)


def line_with(folder: Path, name: str, text: str) -> int:
    """The line on which this text stands, counted from 1."""
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param("regimes.yaml", "open_before: 10", "open_before: nhiều", id="of all regimes"),
        pytest.param("regimes.yaml", "period_kinds: [half]", "period_kinds: [hafl]", id="of one"),
        pytest.param("regimes.yaml", "audience: [head]", "audience: [heda]", id="of a step"),
        pytest.param(
            "regimes.yaml", "release: person\n\n", "release: auto\n\n", id="to the leadership by itself"
        ),
        pytest.param("reminders.yaml", "working_days: 5", "working_days: 0", id="of an assignment's step"),
        pytest.param("reminders.yaml", "code: nv-sau-5", "code: nv-sau-1 ", id="a code twice"),
        pytest.param("agencies.yaml", "kind: department", "kind: bo", id="of the directory"),
    ],
)
def test_a_fault_names_its_line(folder: Path, name: str, old: str, new: str) -> None:
    replaced(name, old, new)(folder)
    text = (folder / name).read_text(encoding="utf-8")
    line = text[: text.index(new)].count("\n") + 1
    with pytest.raises(ProfileFault, match=rf"^{name}: .*\(dòng {line}\): "):
        read_profile(folder)


def test_reminders_of_a_register_that_is_not_there_are_refused(folder: Path) -> None:
    replaced("reminders.yaml", "register: KH57-2026", "register: KH58")(folder)
    with pytest.raises(ProfileFault, match=r"^reminders\.yaml nhắc đến danh mục 'KH58'"):
        read_profile(folder)


def test_the_steps_of_assignments_by_register() -> None:
    steps = read_profile(HERE).assignment_steps
    assert {code: [step.code for step in of_register] for code, of_register in steps.items()} == {
        "KH57-2026": ["nv-truoc-10", "nv-truoc-3", "nv-sau-1", "nv-sau-5"]
    }


def test_a_policy_that_will_pass_the_province_s_due_date_is_refused_by_its_line(folder: Path) -> None:
    """Quý I/2026 is due on 20/3 and at the centre on 25/3: four working days after are 26/3."""
    day = date(2026, 1, 5)

    def load() -> None:
        profile = read_profile(folder)
        refuse_coming_faults(profile, work_calendar(profile.days_off, range(2025, 2029)), day)

    load()
    replaced("regimes.yaml", "working_days: 3", "working_days: 4")(folder)
    line = line_with(folder, "regimes.yaml", "code: sau-3-lanh-dao")
    with pytest.raises(ProfileFault) as fault:
        load()
    assert str(fault.value).splitlines()[0] == (
        f"regimes.yaml (dòng {line}): Báo cáo quý của Ban Chỉ đạo, Quý I/2026: Bước “Phiếu báo cáo Lãnh đạo Ban Chỉ "
        "đạo sau hạn 03 ngày làm việc” (sau-3-lanh-dao) rơi vào ngày 26/3/2026, sau hạn tỉnh phải gửi 25/3/2026."
    )


def test_dates_that_contradict_each_other_are_refused_by_the_line_of_their_regime(folder: Path) -> None:
    old = "    period_kinds: [quarter]"
    replaced("regimes.yaml", old, f"{old}\n    agency_due: {{day: 15, roll: earlier}}")(folder)
    profile = read_profile(folder)
    line = line_with(folder, "regimes.yaml", "- code: bcd-quy")
    with pytest.raises(ProfileFault) as fault:
        refuse_coming_faults(profile, work_calendar(profile.days_off, range(2025, 2029)), date(2026, 1, 5))
    assert str(fault.value).startswith(
        f"regimes.yaml (dòng {line}): Báo cáo quý của Ban Chỉ đạo, Quý I/2026: Từ ngày chốt số liệu 14/3/2026"
    )


def test_a_file_saved_by_notepad_is_read(folder: Path) -> None:
    path = folder / "people.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(read_profile(folder).people) == len(read_profile(HERE).people)


def test_an_unknown_regime_lists_those_there_are() -> None:
    with pytest.raises(ProfileFault, match="bcd-quy, bcd-6-thang, bcd-nam, bcd-nam-duong-lich"):
        read_profile(HERE).regime("x")


def applied(store: Store, profile: Profile, now: datetime = NOW) -> int:
    with store.writing() as session:
        return apply_directory(session, profile, actor="Thư ký", now=now)


def count(store: Store, table: Any, *where: Any) -> int:
    with store.reading() as session:
        return session.exec(select(func.count()).select_from(table).where(*where)).one()


def without(profile: Profile, code: str) -> Profile:
    return profile.model_copy(
        update={
            "agencies": [entry for entry in profile.agencies if entry.code != code],
            "people": [entry for entry in profile.people if entry.agency != code],
        }
    )


def test_the_directory_is_applied_once(store: Store) -> None:
    profile = read_profile(HERE)
    assert applied(store, profile) > 0
    assert applied(store, profile) == 0
    assert count(store, Audit) == 1
    assert count(store, Agency) == len(profile.agencies)
    assert count(store, AgencyGroup) == len(profile.groups)
    assert count(store, Person, col(Person.active).is_(True)) == len(profile.people)


def test_a_name_in_two_spellings_is_one_alias_and_stays_as_it_is(sqlite_store: Store) -> None:
    profile = read_profile(HERE)
    profile.agencies[7].aliases.extend(["SỞ NỘI VỤ", "Sở  Nội vụ"])
    applied(sqlite_store, profile)
    assert applied(sqlite_store, profile) == 0


def test_who_has_left_is_inactive_and_comes_back(store: Store) -> None:
    profile = read_profile(HERE)
    applied(store, profile)
    people = count(store, Person, col(Person.active).is_(True))
    assert applied(store, without(profile, "SNV")) > 0
    with store.reading() as session:
        snv = session.exec(select(Agency).where(Agency.code == "SNV")).one()
        assert snv.active is False
        assert [p.active for p in session.exec(select(Person).where(Person.agency_id == snv.id))] == [
            False,
            False,
        ]
    assert count(store, Alias, Alias.agency_id == snv.id) == 0
    assert count(store, Agency) == len(profile.agencies)
    applied(store, profile)
    assert count(store, Person, col(Person.active).is_(True)) == people
    assert applied(store, profile) == 0


def test_a_membership_that_ends_keeps_its_past(sqlite_store: Store) -> None:
    profile = read_profile(HERE)
    applied(sqlite_store, profile)
    applied(sqlite_store, without(profile, "3127"))
    with sqlite_store.reading() as session:
        ward = session.exec(select(Agency).where(Agency.code == "3127")).one()
        ends = {m.to_day for m in session.exec(select(Membership).where(Membership.agency_id == ward.id))}
    assert ends == {date(2026, 3, 1)}
    assert applied(sqlite_store, without(profile, "3127")) == 0


def test_an_alias_may_pass_to_another_agency(store: Store) -> None:
    profile = read_profile(HERE)
    applied(store, profile)
    agencies = {entry.code: entry for entry in profile.agencies}
    agencies["SNV"].aliases.append("Sở KHCN")
    agencies["SKHCN"].aliases.remove("Sở KHCN")
    assert applied(store, profile) == 1
    with store.reading() as session:
        owner = session.exec(select(Agency.code).join(Alias).where(Alias.written == "Sở KHCN")).one()
    assert owner == "SNV"


def test_a_changed_name_and_phone_are_taken_over(sqlite_store: Store) -> None:
    profile = read_profile(HERE)
    applied(sqlite_store, profile)
    profile.people[0] = profile.people[0].model_copy(update={"phone": "0215 111"})
    assert applied(sqlite_store, profile) == 1
    assert count(sqlite_store, Person, Person.phone == "0215 111") == 1


def owners(province: Any, text: str) -> int:
    folder = province.office.settings.home / "tinh"
    shutil.copytree(HERE, folder, dirs_exist_ok=True)
    (folder / "indicator-owners.yaml").write_text(text, encoding="utf-8")
    with province.store.writing() as session:
        return apply_owners(session, read_profile(folder))


DEFAULT = "default: {agency: SKHCN, provisional: true}\n"


def test_every_indicator_has_its_owner_or_the_default_one(imported_both: Any) -> None:
    named = DEFAULT + "indicators:\n  - {indicator: KH57-2026/V.45, agency: SVHTTDL, source: Thống kê}\n"
    assert owners(imported_both, named) == 1
    assert owners(imported_both, named) == 0
    assert imported_both.count(IndicatorOwner) == 46
    assert imported_both.count(IndicatorOwner, col(IndicatorOwner.provisional).is_(False)) == 1
    assert owners(imported_both, DEFAULT + "indicators: []\n") == 1


def test_an_owner_of_no_indicator_is_told(imported: Any) -> None:
    with pytest.raises(ProfileFault, match=r"indicator-owners.yaml nhắc đến chỉ tiêu 'KH57-2026/V.99'"):
        owners(imported, DEFAULT + "indicators:\n  - {indicator: KH57-2026/V.99, agency: SNV}\n")
