"""Looking changes nothing and shows nothing that is withheld, whatever link of the desk is followed."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit
from zipfile import ZipFile

import pytest
import sqlalchemy as sa

from models.codes import DeskRole
from models.tables import METADATA
from portal.limits import Limiter
from tasks.registers.register_acts import find_assignment
from tasks.steps import collect_step, one_after_another

CYCLE = "bcd-quy-2026-Q1"
MOST = 120
OF_ONE_KIND = 3
LINK = re.compile(r'href="([^"#]+)')


def rows(province: Any) -> dict[str, list[Any]]:
    with province.store.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(sa.select(table)).all()]
            for table in METADATA.sorted_tables
        }


def kind(address: str) -> str:
    """Addresses that differ by what they name alone, and by what is filtered, are of one kind."""
    parts = urlsplit(address)
    return re.sub(r"/[^/]*[0-9A-Z][^/]*", "/*", parts.path) + ("?" if parts.query else "")


def followed(desk: Any) -> Iterator[tuple[str, Any]]:
    """Every link of the desk from its first page on, a few of each kind."""
    seen: Counter[str] = Counter()
    waiting, known = ["/thu-ky"], {"/thu-ky"}
    while waiting and seen.total() < MOST:
        address = waiting.pop(0)
        if seen[kind(address)] == OF_ONE_KIND or address.endswith("/pdf"):
            continue
        seen[kind(address)] += 1
        answer = desk.client.get(address)
        assert answer.status_code in (200, 404), address
        yield address, answer
        if "html" in answer.headers["content-type"]:
            found = {urljoin(address, unescape(link)) for link in LINK.findall(answer.text)} - known
            known |= found
            waiting += sorted(link for link in found if link.startswith("/"))
    assert len(seen) > 25, sorted(seen)


def words(answer: Any) -> str:
    """What can be read in a page or a file."""
    content: bytes = answer.content
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as parts:
            content = b" ".join(parts.read(name) for name in parts.namelist())
    return unescape(re.sub(r"<[^>]+>", "", content.decode("utf-8", "replace")))


@pytest.fixture
def reported(few: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(Limiter, "allows", lambda *_: True)
    few.mark_sent(clock() - timedelta(hours=1))
    (few.inbox / "SNV.xlsx").write_bytes(few.filled("SNV"))
    (few.inbox / "la.pdf").write_bytes(b"%PDF-1.7\n")
    collect_step(few.office, clock(), one_after_another)
    return few


def test_following_every_link_changes_nothing(reported: Any, desk_of: Any) -> None:
    desk = desk_of(reported, DeskRole.LEADER)
    before = rows(reported)
    assert sum(1 for _ in followed(desk)) > 40
    assert rows(reported) == before


def test_following_every_link_shows_nothing_of_a_withheld_assignment(reported: Any, desk_of: Any) -> None:
    desk = desk_of(reported, DeskRole.LEADER)
    line = reported.form("SNV").assignments[0]
    with reported.store.writing() as session:
        assignment = find_assignment(session, line.row_key)
    name, number, cycle = line.name[:60], assignment.id, CYCLE
    moved = {"ngay": "30/9/2026", "so": "77/QĐ-UBND", "ngay_van_ban": "1/3/2026", "ly_do": "Chờ hướng dẫn"}
    assert name in desk.post(f"/nhiem-vu/{number}/thoi-han", moved).text
    assert desk.post(f"/nhiem-vu/{number}/an", {"an": "1", "ly_do": "Nội dung mật"}).status == 200
    for what, of in (("chung", {}), ("co-quan", {"co_quan": "SNV"})):
        assert desk.post(f"/bao-cao/{cycle}/{what}", of).status == 200
    shown = [address for address, answer in followed(desk) if name in words(answer)]
    assert [address for address in shown if "/tep-goc/" not in address] == [], "what came stays as it came"
