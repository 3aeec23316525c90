"""The interface for other systems: its figures are the board's, its key opens nothing else, its document is true."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from models.codes import AssignmentClass, Basis, BoardLinkKind
from models.rules.board.glance import Glance
from models.rules.board.lamps import Lamp
from models.rules.completion import Ratio
from portal import api
from tasks.board.links import given, make_link, revoke_board_link
from tasks.board.reading import Board
from tasks.cycle.cycles import find_cycle
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.steps import collect_step, one_after_another, open_step

CYCLE = "bcd-quy-2026-Q1"
ROUTES = (
    "/cycles",
    f"/cycles/{CYCLE}",
    *(f"/cycles/{CYCLE}/{of}" for of in ("agencies", "assignments", "indicators")),
)


@pytest.fixture
def province(few: Any, clock: Any) -> Any:
    few.mark_sent(clock() - timedelta(hours=1))
    (few.inbox / "SNV.xlsx").write_bytes(few.filled("SNV"))
    collect_step(few.office, clock(), one_after_another)
    return few


def key_of(province: Any, clock: Any, kind: BoardLinkKind = BoardLinkKind.API) -> str:
    with province.store.writing() as session:
        link = make_link(session, kind, "IOC của tỉnh", None, actor="Lãnh đạo", now=clock())
        session.flush()
        return given(link, province.office, clock()).token


@pytest.fixture
def address(province: Any, served: Any) -> str:
    return f"{served(province.office).url}{api.PATH}"


@pytest.fixture
def ioc(province: Any, clock: Any, address: str) -> Any:
    headers = {"authorization": f"Bearer {key_of(province, clock)}"}
    with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
        yield client


def told(province: Any, clock: Any) -> Glance:
    with province.store.reading() as session:
        return Board(province.store, session, clock()).glance(find_cycle(session, CYCLE))


def said(ratio: Ratio) -> dict[str, Any]:
    percent = "" if ratio.percent is None else f"{ratio.percent:f}"
    return {
        "numerator": ratio.numerator,
        "denominator": ratio.denominator,
        "percent": percent,
        "text": ratio.text,
    }


def test_the_figures_are_those_of_the_board(province: Any, ioc: Any, clock: Any) -> None:
    figures, answer = told(province, clock), ioc.get(f"/cycles/{CYCLE}").json()
    assert answer["as_of"] == "2026-03-14"
    assert answer["reporting"]["seen_on"] == "2026-03-12"
    assert answer["reporting"]["received"] == said(figures.rates.reporting)
    assert answer["reporting"]["overdue"] == said(figures.overdue)
    assert answer["reporting"]["by_state"] == {lamp.value: n for lamp, n in figures.lamps.items()}
    by_basis = {one["basis"]: one for one in answer["assignments"]}
    assert set(by_basis) == {"declared", "confirmed"}
    for basis in Basis:
        overall = figures.on(basis).overall
        one = by_basis[basis.value]
        assert one["overall"]["by_class"] == {c.value: n for c, n in overall.by_class.items()}
        assert one["overall"]["completed_of_dated"] == said(overall.completed)
        assert one["overall"]["on_schedule_of_all"] == said(overall.on_schedule)
        assert [cut["tally"]["total"] for cut in one["by_section"]] == [6, 1, 4, 2, 17, 3, 1, 3]
    assert sum(answer["indicators"].values()) == 46
    assert [line["code"] for line in answer["trend"]] == [CYCLE]


def test_every_list_is_that_of_the_board(province: Any, ioc: Any, clock: Any) -> None:
    figures = told(province, clock)
    agencies = ioc.get(f"/cycles/{CYCLE}/agencies").json()["agencies"]
    assert [(a["code"], a["state"]) for a in agencies] == [
        (line.agency.code, line.lamp and line.lamp.value) for line in figures.agencies
    ]
    mine = next(one for one in agencies if one["code"] == "SNV")
    line = figures.agency_line("SNV")
    assert line is not None
    assert mine["leads"]["declared"]["on_schedule_of_all"] == said(line.tallies[Basis.DECLARED].on_schedule)
    assignments = ioc.get(f"/cycles/{CYCLE}/assignments").json()["assignments"]
    assert [(a["key"], a["classes"]["declared"]) for a in assignments] == [
        (one.assignment.row_key, one.classes[Basis.DECLARED].value) for one in figures.assignments
    ]
    indicators = ioc.get(f"/cycles/{CYCLE}/indicators").json()["indicators"]
    assert [(i["key"], i["standing"]) for i in indicators] == [
        (one.indicator.row_key, one.standing.value) for one in figures.indicators
    ]


def test_lists_can_be_narrowed(ioc: Any) -> None:
    behind = ioc.get(f"/cycles/{CYCLE}/assignments", params={"class": "in_progress"}).json()["assignments"]
    assert behind
    assert {one["classes"]["declared"] for one in behind} == {AssignmentClass.IN_PROGRESS.value}
    eighth = ioc.get(f"/cycles/{CYCLE}/assignments", params={"section": "KH57-2026/VIII"}).json()
    assert len(eighth["assignments"]) == 3
    done = ioc.get(f"/cycles/{CYCLE}/agencies", params={"state": Lamp.ON_TIME.value}).json()["agencies"]
    assert [one["code"] for one in done] == ["SNV"]
    odd = ioc.get(f"/cycles/{CYCLE}/agencies", params={"state": "đỏ"})
    assert (odd.status_code, odd.json()) == (422, {"detail": "Tham số không hợp lệ. (state)"})


def test_without_a_key_that_opens_there_is_nothing(province: Any, clock: Any, address: str) -> None:
    page = key_of(province, clock, BoardLinkKind.PAGE)
    key = key_of(province, clock)
    revoked = key
    with province.store.writing() as session:
        revoke_board_link(session, int(key.partition("-")[0]), reason="Bị lộ", actor="Lãnh đạo", now=clock())
    with httpx.Client(base_url=address, timeout=60) as stranger:
        for path in ROUTES:
            for header in ({}, *({"authorization": f"Bearer {word}"} for word in (page, revoked, "1-x"))):
                answer = stranger.get(path, headers=header)
                assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), path
                assert answer.json() == {"detail": api.NO_KEY}


def test_what_has_not_changed_is_not_sent_again(province: Any, ioc: Any, clock: Any) -> None:
    first = ioc.get(f"/cycles/{CYCLE}")
    again = ioc.get(f"/cycles/{CYCLE}", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    (province.inbox / "STC.xlsx").write_bytes(province.filled("STC"))
    collect_step(province.office, clock(), one_after_another)
    changed = ioc.get(f"/cycles/{CYCLE}", headers={"if-none-match": first.headers["etag"]})
    assert changed.status_code == 200
    assert changed.json()["reporting"]["received"]["text"] == "2/4 (50%)"


def test_too_many_calls_are_refused(ioc: Any) -> None:
    answers = [ioc.get("/cycles").status_code for _ in range(api.ASKS[1] + 5)]
    assert answers.count(200) >= api.ASKS[1]
    assert answers[-1] == 429


def test_withheld_assignments_and_drafts_are_not_there(province: Any, ioc: Any, clock: Any) -> None:
    line = province.form("SNV").assignments[0]
    with province.store.writing() as session:
        assignment = find_assignment(session, line.row_key)
        set_withheld(session, assignment, withheld=True, reason="Mật", actor="Thư ký", now=clock())
    answer = ioc.get(f"/cycles/{CYCLE}/assignments")
    assert answer.json()["withheld"] == 1
    assert line.name not in answer.text
    assert line.row_key not in answer.text
    open_step(province.office, "2026-Q2", clock())
    assert [one["code"] for one in ioc.get("/cycles").json()["cycles"]] == [CYCLE]
    for code in ("bcd-quy-2026-Q2", "khong-co"):
        assert ioc.get(f"/cycles/{code}").json() == {"detail": api.NO_CYCLE}


def test_the_document_has_these_routes_alone_and_says_what_each_field_is(address: str) -> None:
    document = httpx.get(f"{address}/openapi.json", timeout=60).json()
    paths = {path.replace("{code}", CYCLE) for path in document["paths"]}
    assert paths == set(ROUTES)
    for path in document["paths"].values():
        assert set(path) == {"get"}
        assert path["get"]["summary"]
        assert path["get"]["security"] == [{"HTTPBearer": []}]
        answer = path["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert answer["$ref"].rpartition("/")[2] in document["components"]["schemas"]
    assert "không đưa lên hệ thống" in document["info"]["description"]


def test_an_answer_is_as_the_document_says(ioc: Any, address: str) -> None:
    """Every field of an answer is in its schema, and every one that the schema requires is there."""
    document = httpx.get(f"{address}/openapi.json", timeout=60).json()
    schemas = document["components"]["schemas"]

    def check(value: Any, schema: dict[str, Any], place: str) -> None:
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
        if isinstance(value, dict) and "properties" in schema:
            assert set(value) == set(schema["properties"]), place
            for name, part in value.items():
                check(part, schema["properties"][name], f"{place}.{name}")
        elif isinstance(value, list) and "items" in schema:
            for part in value:
                check(part, schema["items"], f"{place}[]")

    for path, shape in zip(
        ROUTES, ("Cycles", "Figures", "Agencies", "Assignments", "Indicators"), strict=True
    ):
        check(ioc.get(path).json(), schemas[shape], path)
