"""The annexes that the secretariat has loaded: kept version by version, the newest one asked in cycles to come."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from models.annex import AnnexVersion
from models.fault import Fault
from models.register import Register
from models.rules.annexes.annex import Annex
from models.rules.text import fold
from tasks.annexes.markup import AnnexFault, read_annex
from tasks.blobs import bytes_of, keep_bytes
from tasks.once import put_once
from tasks.states import record_act

FOLDER = "annexes"
"""Where a province's folder keeps its marked-up workbooks."""


class NoSuchAnnex(Fault):
    """No annex of this code has been loaded."""


def load_annex(
    session: Session, content: bytes, file_name: str, *, actor: str, now: datetime, again: bool = True
) -> tuple[AnnexVersion, bool]:
    """Make a marked-up workbook the newest version of its annex; AnnexFault with all that is wrong with it.

    Returns the version in force and whether it is new: a workbook that asks for the same in the same drawing as the
    newest version makes none. Without `again`, nor does one that asks for the same as any version before: the newest
    stays, which somebody has loaded since.
    """
    annex = read_annex(content, file_name)
    definition = annex.model_dump(mode="json")
    newest = newest_annexes(session)
    _check_beside_others(session, annex, file_name, newest.values())
    before = newest.get(annex.code)
    if before is not None and definition in (
        [before.definition] if again else _definitions(session, annex.code)
    ):
        return before, False
    version = AnnexVersion(
        code=annex.code,
        no=before.no + 1 if before else 1,
        title=annex.title,
        sha256=keep_bytes(session, content, now),
        file_name=file_name,
        definition=definition,
        actor=actor,
        made_at=now,
    )
    if not put_once(session, version):  # another process has loaded it in the same moment
        return load_annex(session, content, file_name, actor=actor, now=now, again=again)
    record_act(
        session,
        "nap-phu-luc",
        "annex_version",
        version.id,
        actor=actor,
        now=now,
        before={"phiên bản": before.no} if before else None,
        after={"mã": version.code, "phiên bản": version.no, "tệp": file_name, "sha256": version.sha256},
    )
    return version, True


def newest_annexes(session: Session) -> dict[str, AnnexVersion]:
    """Code -> the newest version, in the order of codes."""
    newest = {}
    for version in session.exec(select(AnnexVersion).order_by(col(AnnexVersion.code), col(AnnexVersion.no))):
        newest[version.code] = version
    return newest


def annex_of(version: AnnexVersion) -> Annex:
    """What a version asks for."""
    return Annex.model_validate({**version.definition, "version": version.no})


def missing_annexes(session: Session, codes: Iterable[str]) -> list[str]:
    """Those of the codes of which nothing is loaded, each once, in their order."""
    known = newest_annexes(session)
    return [code for code in dict.fromkeys(codes) if code not in known]


def workbook_of(session: Session, code: str) -> tuple[AnnexVersion, bytes]:
    """The newest marked-up workbook of an annex, as it was loaded."""
    newest = newest_annexes(session)
    version = next((version for known, version in newest.items() if fold(known) == fold(code)), None)
    if version is None:
        known = f"Các phụ lục đã nạp: {', '.join(newest)}." if newest else "Chưa nạp phụ lục nào."
        raise NoSuchAnnex(f"Không có phụ lục mang mã {code!r}. {known}")
    return version, bytes_of(session, version.sha256)


def load_annexes(
    session: Session, files: Iterable[Path], *, actor: str, now: datetime, again: bool = True
) -> list[tuple[AnnexVersion, bool]]:
    """Load files one after another. What is wrong with any of them is told together: then none is to be kept."""
    loaded, faults = [], []
    for file in files:
        try:
            loaded.append(
                load_annex(session, file.read_bytes(), file.name, actor=actor, now=now, again=again)
            )
        except OSError as unreadable:
            faults.append(f"Không mở được tệp {file}: {unreadable.strerror}.")
        except AnnexFault as fault:
            faults.append(str(fault))
    if faults:
        raise Fault("\n".join(faults))
    return loaded


def told_of(version: AnnexVersion, *, new: bool) -> str:
    """A version in a line for a person."""
    annex = annex_of(version)
    what = f"phiên bản {version.no}, " + ("vừa nạp" if new else f"không thay đổi, từ tệp {version.file_name}")
    return (
        f"Phụ lục {version.code} ({what}): {version.title}. "
        f"{len(annex.asked)} ô cần điền, {len(annex.rules)} quy tắc."
    )


def _definitions(session: Session, code: str) -> list[dict[str, Any]]:
    return [
        version.definition for version in session.exec(select(AnnexVersion).where(AnnexVersion.code == code))
    ]


def _check_beside_others(
    session: Session, annex: Annex, file_name: str, others: Iterable[AnnexVersion]
) -> None:
    """Codes of annexes and registers name rows in the same forms; sheets stand in the same workbook."""
    mistakes = []
    for register in session.exec(select(Register)):
        if fold(register.code) == fold(annex.code):
            mistakes.append(
                f"Mã “{annex.code}” đang là mã của danh mục nhiệm vụ “{register.name}”; đặt mã khác cho phụ lục."
            )
    for other in others:
        sheet = str(other.definition.get("sheet", ""))
        if other.code != annex.code and fold(sheet) == fold(annex.sheet):
            mistakes.append(
                f"Trang “{annex.sheet}” đã là trang của phụ lục {other.code}; đặt tên trang khác."
            )
    if mistakes:
        raise AnnexFault(file_name, mistakes)
