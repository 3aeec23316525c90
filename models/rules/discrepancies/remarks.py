"""The remarks on the version that counts, as contradictions: which of them are, of what kind, how they are put.

A remark that something is missing or cannot be read contradicts nothing; the agency has been told of it with its
receipt. A rule that is not known here is taken for a contradiction within the form: nothing new is lost.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from models.codes import DiscrepancyKind, Relation
from models.rules.checks.check_levels import OF_PROSE
from models.rules.discrepancies.found import Found
from models.rules.form import SHEET_INDICATORS
from models.time import vn_instant

NO_CONTRADICTION = frozenset(
    {
        "chi-tieu-la",
        "chua-co-so-lieu",
        "danh-dau-khong-ro",
        "dong-la",
        "dong-thieu-ma",
        "hoan-thanh-muon-thieu-ly-do",
        "khong-phat-sinh-khong-ro",
        "ngay-hoan-thanh-khong-doc-duoc",
        "ngay-so-lieu-khong-doc-duoc",
        "o-ghi-chu-thay-so",
        "phu-luc-o-la",
        "thieu-ma-loi-van",
        "trang-trung",
    }
)
"""Remarks on what is missing, superfluous or unreadable."""

_OF_LAST = frozenset({"nhay-so", "kem-ky-goc"})
_AGAINST_LAST = frozenset({Relation.NOT_BELOW_LAST, Relation.NEAR_LAST})


@dataclass(frozen=True)
class Version:
    """The version of an agency's report that counts."""

    agency_code: str
    agency_name: str
    number: int
    received: datetime

    @property
    def words(self) -> str:
        """Sở Nội vụ, bản thứ 2 (08:00 ngày 05/3/2026)."""
        return f"{self.agency_name}, bản thứ {self.number} (nhận lúc {vn_instant(self.received)})"


@dataclass(frozen=True)
class Remark:
    """What was remarked on a version, at its place in the form."""

    rule: str
    sheet: str
    cell: str
    row_key: str
    sentence: str


def kind_of(rule: str, relations: Mapping[str, Relation]) -> DiscrepancyKind | None:
    """Where a remark finds a contradiction; None when it finds none. `relations` are those of the annexes' own rules.

    Remarks on prose are none of the form's: prose comes later and by itself (models.rules.discrepancies.prose).
    """
    if rule in NO_CONTRADICTION or rule in OF_PROSE:
        return None
    if rule in _OF_LAST or relations.get(rule) in _AGAINST_LAST:
        return DiscrepancyKind.LAST_PERIOD
    return DiscrepancyKind.FORM


def in_report(
    version: Version, remarks: Iterable[Remark], relations: Mapping[str, Relation]
) -> Iterator[Found]:
    """The contradictions that were remarked on one version."""
    for remark in remarks:
        kind = kind_of(remark.rule, relations)
        if kind is None:
            continue
        yield Found(
            key=":".join(part for part in (version.agency_code, remark.rule, remark.row_key) if part),
            kind=kind,
            agency_code=version.agency_code,
            source=f"{version.words}: {place_of(remark.sheet, remark.cell)}",
            sentence=remark.sentence,
            row_key="" if remark.sheet == SHEET_INDICATORS else remark.row_key,
        )


def place_of(sheet: str, cell: str) -> str:
    """trang “Nhiệm vụ”, ô E7; as much of it as is known. On the page a field has a name: ô “Trạng thái”."""
    named = cell if not cell or cell[-1].isdigit() else f"“{cell}”"
    known = (f"trang “{sheet}”" if sheet else "", f"ô {named}" if cell else "")
    return ", ".join(part for part in known if part) or "toàn bộ biểu mẫu"
