"""Annexes in the database: version by version, read back as they were, loaded with the province's folder."""

import shutil
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from models.annex import AnnexVersion
from models.fault import Fault
from models.history import Audit
from models.register import Register
from tasks.annexes.markup import SHEET_ABOUT, AnnexFault, read_annex
from tasks.annexes.versions import (
    NoSuchAnnex,
    annex_of,
    load_annex,
    load_annexes,
    missing_annexes,
    newest_annexes,
    workbook_of,
)
from tasks.office import Office
from tasks.profile import ProfileFault, read_profile
from tasks.settings import CHECKOUT
from tasks.setup import set_up
from tasks.steady_zip import steady_zip
from tasks.store import Store

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
FOLDER = CHECKOUT / "deployments" / "dien-bien" / "annexes"
FILES = sorted(FOLDER.glob("*.xlsx"))
PROCEDURES = (FOLDER / "PL-V.xlsx").read_bytes()


def load(store: Store, content: bytes, name: str = "PL-V.xlsx", *, again: bool = True) -> tuple[int, bool]:
    with store.writing() as session:
        version, new = load_annex(session, content, name, actor="Thư ký", now=NOW, again=again)
        return version.no, new


def edited(content: bytes, **cells: str) -> bytes:
    """The workbook with other texts: about_B1="..." on the sheet about it, C10="..." on the drawn one."""
    book = load_workbook(BytesIO(content))
    for place, text in cells.items():
        sheet = book[SHEET_ABOUT] if place.startswith("about_") else book.worksheets[0]
        sheet[place.removeprefix("about_")] = text
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_was_loaded_is_read_back_whole(store: Store, file: Path) -> None:
    read = read_annex(file.read_bytes(), file.name)
    assert load(store, edited(file.read_bytes(), about_B2="Tên cũ"), file.name) == (1, True)
    assert load(store, file.read_bytes(), file.name) == (2, True)
    with store.reading() as session:
        version = newest_annexes(session)[read.code]
        assert annex_of(version) == read.model_copy(update={"version": 2})
        assert version.definition["version"] == 1
        assert workbook_of(session, file.stem.lower()) == (version, file.read_bytes())


def test_the_same_workbook_makes_no_new_version(store: Store) -> None:
    assert load(store, PROCEDURES) == (1, True)
    assert load(store, PROCEDURES) == (1, False)
    packed = steady_zip(PROCEDURES, NOW.date())
    assert packed != PROCEDURES
    assert load(store, packed, "ten-khac.xlsx") == (1, False)  # other bytes, the same annex
    with store.reading() as session:
        assert len(session.exec(select(AnnexVersion)).all()) == 1
        acts = session.exec(select(Audit).where(Audit.act == "nap-phu-luc")).all()
    assert [(act.actor, act.after["mã"], act.after["phiên bản"]) for act in acts if act.after] == [
        ("Thư ký", "PL-V", 1)
    ]


def test_an_older_workbook_is_put_back_only_when_it_is_meant(store: Store) -> None:
    changed = edited(PROCEDURES, C10="[[số nguyên]]")
    load(store, PROCEDURES)
    assert load(store, changed) == (2, True)
    assert load(store, PROCEDURES, again=False) == (2, False)
    assert load(store, PROCEDURES) == (3, True)


def test_which_are_missing(store: Store) -> None:
    load(store, PROCEDURES)
    with store.reading() as session:
        assert missing_annexes(session, ["PL-I", "PL-V", "PL-X", "PL-I"]) == ["PL-I", "PL-X"]
        with pytest.raises(NoSuchAnnex, match=r"'PL-I'\. Các phụ lục đã nạp: PL-V\."):
            workbook_of(session, "PL-I")


def test_two_annexes_cannot_share_a_sheet_nor_a_code_with_a_register(store: Store) -> None:
    load(store, PROCEDURES)
    with pytest.raises(AnnexFault, match="Trang “Phụ lục V” đã là trang của phụ lục PL-V"):
        load(store, edited(PROCEDURES, about_B1="PL-VI"), "PL-VI.xlsx")
    with store.writing() as session:
        session.add(Register(code="KH57-2026", name="Kế hoạch 57", year=2026))
    with pytest.raises(AnnexFault, match="đang là mã của danh mục nhiệm vụ “Kế hoạch 57”"):
        load(store, edited(PROCEDURES, about_B1="kh57-2026", about_B3="Khác"), "x.xlsx")


def test_what_is_wrong_with_several_files_is_told_together(store: Store, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        (tmp_path / name).write_bytes(edited(PROCEDURES, C10="[[sô]]"))
    files = [FILES[0], tmp_path / "a.xlsx", tmp_path / "b.xlsx", tmp_path / "khong-co.xlsx"]
    with pytest.raises(Fault) as refused, store.writing() as session:
        load_annexes(session, files, actor="Thư ký", now=NOW)
    assert [word in str(refused.value) for word in ("Tệp a.xlsx", "Tệp b.xlsx", "khong-co.xlsx")] == [
        True
    ] * 3
    with store.reading() as session:
        assert newest_annexes(session) == {}


def test_setup_loads_the_folder_once_and_keeps_what_was_loaded_since(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "tinh"
    shutil.copytree(office.settings.profile, folder)
    (folder / "annexes" / "~$PL-V.xlsx").write_bytes(b"x")  # what Excel leaves beside an open file
    here = Office(settings=office.settings.model_copy(update={"profile": folder}), store=office.store)
    first = [line for line in set_up(here, NOW, "Thư ký") if line.startswith("Phụ lục")]
    assert [line.split(":")[0] for line in first] == [
        f"Phụ lục {f.stem} (phiên bản 1, vừa nạp)" for f in FILES
    ]
    load(here.store, edited(PROCEDURES, C10="[[số nguyên]]"), "sua.xlsx")
    again = [line for line in set_up(here, NOW, "Thư ký") if line.startswith("Phụ lục PL-V (")]
    assert again[0].startswith("Phụ lục PL-V (phiên bản 2, không thay đổi, từ tệp sua.xlsx): ")
    with here.store.reading() as session:
        assert {code: version.no for code, version in newest_annexes(session).items()} == {
            "PL-I": 1, "PL-SL": 1, "PL-V": 2, "PL-VII": 1, "PL-VIII": 1,
        }  # fmt: skip


def test_every_annex_that_a_regime_asks_for_is_in_the_folder(office: Office) -> None:
    asked = {whom.annex for regime in office.profile.regimes for whom in regime.annexes}
    assert asked == {file.stem for file in FILES}
    by_regime = {regime.code: regime for regime in office.profile.regimes}
    assert [whom.annex for whom in by_regime["bcd-quy"].annexes] == ["PL-V"]
    half = by_regime["bcd-6-thang"].annexes
    assert [whom.annex for whom in half if whom.asks("SNV", "department")] == [
        "PL-I", "PL-V", "PL-VII", "PL-VIII", "PL-SL",
    ]  # fmt: skip
    assert [whom.annex for whom in half if whom.asks("3127", "commune")] == ["PL-VIII"]


@pytest.mark.parametrize(
    ("whom", "said"),
    [
        ("kinds: [deparment]", "regimes.yaml: annexes ghi loại cơ quan 'deparment'"),
        ("agencies: [SNVX]", "regimes.yaml nhắc đến mã cơ quan 'SNVX' không có trong agencies.yaml"),
        ("except: [SNVX]", "regimes.yaml nhắc đến mã cơ quan 'SNVX' không có trong agencies.yaml"),
    ],
)
def test_whom_a_regime_asks_must_be_known(tmp_path: Path, whom: str, said: str) -> None:
    folder = tmp_path / "tinh"
    shutil.copytree(FOLDER.parent, folder)
    regimes = folder / "regimes.yaml"
    written = "{annex: PL-I, kinds: [department]}"
    text = regimes.read_text(encoding="utf-8")
    assert written in text
    regimes.write_text(text.replace(written, f"{{annex: PL-I, {whom}}}"), encoding="utf-8")
    with pytest.raises(ProfileFault, match=said):
        read_profile(folder)
