"""Contacts by hand: added, changed, put out of use and back, an address mended; what the files may still change."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from threading import Thread
from typing import Any

import pytest
import yaml
from sqlmodel import select

from models.codes import NoticeState, Origin, PersonRole
from models.directory import Agency, Person
from models.history import Audit
from models.notice import Message, Notice
from models.rules.directory.contact_fields import ContactFields
from models.time import VIETNAM
from tasks.directory.contacts import (
    ContactFault,
    add_contact,
    change_contact,
    fields_of,
    find_agency,
    find_person,
    mend_address,
    remove_contact,
    restore_contact,
)
from tasks.directory.directory_book import read_book
from tasks.profile import apply_directory, read_profile
from tasks.sending.post import RECIPIENT_LEFT, send_due
from tasks.setup import set_up
from tasks.steps import dispatch_step, one_after_another, sweep_step

NOW = datetime(2026, 3, 10, 9, tzinfo=VIETNAM).astimezone(UTC)
EMAIL = "dau-moi@snv.dien-bien.example"
NEW = ContactFields(PersonRole.OFFICER, "Trần Văn B", "Phó phòng", "b@snv.example", "0912 345 678")
BY: dict[str, Any] = {"actor": "Nguyễn Văn A", "now": NOW}


def at(day: int, hour: int = 8) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=VIETNAM).astimezone(UTC)


def add(province: Any, fields: ContactFields = NEW, agency: str = "SNV") -> int:
    with province.store.writing() as session:
        found = find_agency(session, agency) if agency else None
        return add_contact(session, found, fields, **BY).id or 0


def change(province: Any, person_id: int, fields: ContactFields) -> int:
    with province.store.writing() as session:
        return change_contact(session, find_person(session, person_id), fields, **BY).id or 0


def remove(province: Any, person_id: int, reason: str = "chuyển công tác") -> None:
    with province.store.writing() as session:
        remove_contact(session, find_person(session, person_id), reason=reason, **BY)


def restore(province: Any, person_id: int) -> None:
    with province.store.writing() as session:
        restore_contact(session, find_person(session, person_id), **BY)


def officer_id(province: Any) -> int:
    (found,) = province.all(Person, Person.email == EMAIL)
    return int(found.id)


def person(province: Any, person_id: int) -> Person:
    (found,) = province.all(Person, Person.id == person_id)
    assert isinstance(found, Person)
    return found


def acts(province: Any) -> list[str]:
    return [one.act for one in province.all(Audit) if one.entity == "person"]


def test_several_contacts_of_an_agency_each_added_once(imported_both: Any) -> None:
    first = add(imported_both)
    assert add(imported_both) == first
    assert fields_of(person(imported_both, first)) == NEW
    phone_only = add(imported_both, replace(NEW, email="", name="Lê Thị C"))
    assert add(imported_both, replace(NEW, email="", name="Lê  Thị C ")) == phone_only
    assert add(imported_both, replace(NEW, role=PersonRole.HEAD)) not in (first, phone_only)
    with imported_both.store.reading() as session:
        snv = find_agency(session, "snv").id
    assert imported_both.count(Person, Person.agency_id == snv) == 5
    assert acts(imported_both) == ["them-dau-moi"] * 3
    (last,) = imported_both.all(Audit)[-1:]
    assert (last.actor, last.after["họ tên"]) == ("Nguyễn Văn A", "Trần Văn B")


def test_the_same_contact_added_by_two_at_once_is_one(few_both: Any) -> None:
    threads = [Thread(target=add, args=(few_both,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert few_both.count(Person, Person.email == NEW.email) == 1
    assert acts(few_both) == ["them-dau-moi"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        (replace(NEW, email=EMAIL), "đã có trong danh bạ với vai trò cán bộ đầu mối"),
        (replace(NEW, email=EMAIL.upper()), "đã có trong danh bạ"),
        (replace(NEW, email="b@snv"), "không đúng dạng"),
        (replace(NEW, email="", phone=""), "ít nhất một trong hai"),
        (replace(NEW, name=" "), "Chưa ghi họ tên"),
        (replace(NEW, phone="abc"), "Số điện thoại"),
        (replace(NEW, title="x" * 201), "Chức vụ dài quá 200"),
        (replace(NEW, role=PersonRole.SECRETARIAT), "không dùng ở đây"),
    ],
)
def test_what_cannot_be_a_contact_is_refused(imported: Any, fields: ContactFields, why: str) -> None:
    with pytest.raises(ContactFault, match=why):
        add(imported, fields)
    assert acts(imported) == []


def test_a_change_in_place_and_its_undoing(imported_both: Any) -> None:
    known = officer_id(imported_both)
    before = fields_of(person(imported_both, known))
    assert change(imported_both, known, replace(before, name="Tên mới", phone="0215 3825 001")) == known
    assert change(imported_both, known, replace(before, name="Tên mới", phone="0215 3825 001")) == known
    assert (person(imported_both, known).name, acts(imported_both)) == ("Tên mới", ["sua-dau-moi"])
    change(imported_both, known, before)
    assert fields_of(person(imported_both, known)) == before
    (audit,) = [one for one in imported_both.all(Audit) if one.act == "sua-dau-moi"][:1]
    assert (audit.before["họ tên"], audit.after["họ tên"]) == (before.name, "Tên mới")


def test_another_address_is_another_row_and_takes_the_zalo_ids_along(imported_both: Any) -> None:
    known = officer_id(imported_both)
    with imported_both.store.writing() as session:
        row = session.get_one(Person, known)
        row.zalo_chat_id, row.bounced_at, row.bounced_why = "chat-1", NOW, "550 no such user"
    before = fields_of(person(imported_both, known))
    new = change(imported_both, known, replace(before, email="moi@snv.example"))
    assert new != known
    stands = person(imported_both, new)
    assert (stands.active, stands.zalo_chat_id, stands.bounced_at) == (True, "chat-1", None)
    assert (person(imported_both, known).active, acts(imported_both)) == (False, ["thay-dau-moi"] * 2)
    list(set_up(imported_both.office, NOW, "Thư ký"))
    assert (person(imported_both, known).active, person(imported_both, new).active) == (False, True)
    assert change(imported_both, new, before) == known
    assert (person(imported_both, known).active, person(imported_both, new).active) == (True, False)
    assert person(imported_both, known).bounced_at is None
    assert imported_both.count(Person, Person.email == EMAIL) == 1


def test_whoever_takes_over_gets_no_chat_of_the_one_before(imported_both: Any) -> None:
    known = officer_id(imported_both)
    with imported_both.store.writing() as session:
        session.get_one(Person, known).zalo_chat_id = "chat-1"
    new = change(imported_both, known, NEW)
    assert person(imported_both, new).zalo_chat_id is None
    assert (person(imported_both, known).active, person(imported_both, known).zalo_chat_id) == (
        False,
        "chat-1",
    )


def test_an_import_and_a_change_by_hand_at_once_wait_for_each_other(few_both: Any) -> None:
    known = officer_id(few_both)
    before = fields_of(person(few_both, known))

    def rename() -> None:
        for number in range(5):
            change(few_both, known, replace(before, name=f"Tên {number}"))

    def bring_in() -> None:
        for _ in range(5):
            with few_both.store.writing() as session:
                read_book(session, held=True)

    threads = [Thread(target=rename), Thread(target=bring_in), Thread(target=rename)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert person(few_both, known).name == "Tên 4"


def test_an_address_for_somebody_who_had_none(imported_both: Any) -> None:
    phone_only = add(imported_both, replace(NEW, email=""))
    assert change(imported_both, phone_only, NEW) == phone_only
    assert person(imported_both, phone_only).email == NEW.email
    remove(imported_both, phone_only)
    other = add(imported_both, replace(NEW, email="", name="Người khác"))
    assert change(imported_both, other, replace(NEW, name="Người khác")) == phone_only
    assert (person(imported_both, other).active, person(imported_both, phone_only).name) == (
        False,
        "Người khác",
    )


def test_somebody_leaves_and_comes_back(imported_both: Any) -> None:
    known = officer_id(imported_both)
    with pytest.raises(ContactFault, match="Chưa ghi lý do"):
        remove(imported_both, known, " ")
    remove(imported_both, known)
    remove(imported_both, known)
    assert not person(imported_both, known).active
    with pytest.raises(ContactFault, match="đã ngừng dùng"):
        change(imported_both, known, NEW)
    list(set_up(imported_both.office, NOW, "Thư ký"))
    assert not person(imported_both, known).active
    restore(imported_both, known)
    restore(imported_both, known)
    assert person(imported_both, known).active
    assert acts(imported_both) == ["ngung-dau-moi", "dung-lai-dau-moi"]
    assert [one.reason for one in imported_both.all(Audit) if one.act == "ngung-dau-moi"] == [
        "chuyển công tác"
    ]


def test_adding_whoever_had_left_brings_the_row_back(imported_both: Any) -> None:
    known = officer_id(imported_both)
    remove(imported_both, known)
    assert add(imported_both, replace(NEW, email=EMAIL)) == known
    assert (person(imported_both, known).active, person(imported_both, known).name) == (True, "Trần Văn B")


def test_an_address_that_came_back_is_said_to_work_again(imported_both: Any) -> None:
    known = officer_id(imported_both)
    with imported_both.store.writing() as session:
        row = session.get_one(Person, known)
        row.bounced_at, row.bounced_why = NOW, "550 5.1.1 no such user"
    for _ in range(2):
        with imported_both.store.writing() as session:
            mend_address(session, find_person(session, known), reason="đã gọi, hộp thư mở lại", **BY)
    assert (person(imported_both, known).bounced_at, person(imported_both, known).bounced_why) == (None, "")
    (act,) = [one for one in imported_both.all(Audit) if one.act == "dia-chi-dung-duoc"]
    assert act.before["máy chủ báo"] == "550 5.1.1 no such user"


def test_the_files_change_what_the_desk_has_not_touched(imported_both: Any, tmp_path: Path) -> None:
    touched = officer_id(imported_both)
    change(
        imported_both, touched, replace(fields_of(person(imported_both, touched)), name="Tên ở bàn làm việc")
    )
    added = add(imported_both, NEW)
    folder = tmp_path / "tinh"
    copytree(imported_both.office.settings.profile, folder)
    people = yaml.safe_load((folder / "people.yaml").read_text(encoding="utf-8"))["people"]
    for entry in people:
        if entry.get("agency") in ("SNV", "STC"):
            entry["name"] = f"{entry['name']} theo tệp"
    people = [entry for entry in people if entry.get("agency") != "SNGV"]
    (folder / "people.yaml").write_text(yaml.safe_dump({"people": people}), encoding="utf-8")
    with imported_both.store.writing() as session:
        apply_directory(session, read_profile(folder), actor="Thư ký", now=NOW)
    assert person(imported_both, touched).name == "Tên ở bàn làm việc"
    assert person(imported_both, added).active
    with imported_both.store.reading() as session:
        rows = session.exec(select(Person, Agency.code).join(Agency)).all()
    assert {p.name for p, code in rows if code == "STC"} == {
        "Đầu mối Sở Tài chính theo tệp",
        "Thủ trưởng Sở Tài chính theo tệp",
    }
    assert [p.name for p, code in rows if code == "SNV" and p.role is PersonRole.HEAD] == [
        "Thủ trưởng Sở Nội vụ theo tệp"
    ]
    assert [p.active for p, code in rows if code == "SNGV"] == [False, False]
    assert {p.origin for p, code in rows if code == "STC"} == {Origin.FILE}


def test_what_was_planned_for_who_leaves_goes_to_who_takes_over(few: Any, mailbox: Any) -> None:
    wired = few.with_settings(mail_url=mailbox.url)
    dispatch_step(wired.office, "bcd-quy-2026-Q1", at(4, 10), one_after_another)
    held = few.with_settings(mail_url="")
    sweep_step(held.office, at(13), one_after_another)
    known = officer_id(few)
    assert few.count(Notice, Notice.person_id == known, Notice.step == "truoc-5") == 1
    new = change(few, known, replace(fields_of(person(few, known)), email="moi@snv.example"))
    mailbox.received.clear()
    sweep_step(wired.office, at(13, 9), one_after_another)
    assert "moi@snv.example" in [to for to, _ in mailbox.received]
    assert EMAIL not in [to for to, _ in mailbox.received]
    (left,) = few.all(Notice, Notice.person_id == known, Notice.step == "truoc-5")
    assert (left.state, left.why) == (NoticeState.SUPERSEDED, RECIPIENT_LEFT)
    (taken,) = few.all(Notice, Notice.person_id == new, Notice.step == "truoc-5")
    assert taken.state == NoticeState.SENT


def test_somebody_without_an_address_is_telephoned_and_nothing_is_sent_in_vain(
    few: Any, mailbox: Any
) -> None:
    """The agency's only officer has a telephone alone: the request cannot go by mail, the call sheet has the name."""
    wired = few.with_settings(mail_url=mailbox.url)
    known = officer_id(few)
    change(few, known, ContactFields(PersonRole.OFFICER, "Chỉ có điện thoại", "", "", "0215 3825 001"))
    said = dispatch_step(wired.office, "bcd-quy-2026-Q1", at(4, 10), one_after_another).sentence
    assert "SNV" in said
    for day in (4, 5, 13):
        sweep_step(wired.office, at(day, 11), one_after_another)
    assert send_due(wired.office, at(13, 12)) is not None
    tries = [message for message in few.all(Message) if message.address == "" and message.tries]
    assert tries == []
    assert not [to for to, _ in mailbox.received if "snv" in to]
