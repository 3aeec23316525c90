"""What holds before any page: headers, origin, how often, how much, how slowly. Over real connections."""

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from models.submission import Arrival, Submission
from portal import guard, pages, protocol
from portal.limits import REMEMBERED, Limiter
from tasks.blobs import LARGEST

VisitorOf = Callable[..., Any]


def test_every_answer_is_shut_off_from_the_world(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")
    for page in (visitor.get(), visitor.get("/form"), visitor.get("/bieu-mau-x"), visitor.post("/hen")):
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none';")
        assert "script" not in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "same-origin"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["x-robots-tag"].startswith("noindex")
        assert "set-cookie" not in page.headers
    assert visitor.client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    style = visitor.client.get(str(visitor.get().fields("link")[0]["href"]))
    assert "immutable" in style.headers["cache-control"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "{own}"}, 200),
        ({"origin": "https://bao-cao.example"}, 200),
        ({"origin": "null"}, 200),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 200),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": "https://ke-xau.example"}, 403),
        ({"origin": "https://bao-cao.example.ke-xau.example"}, 403),
        ({"origin": "x"}, 403),
    ],
)
def test_a_post_comes_from_our_own_page(
    few: Any, visitor_of: VisitorOf, headers: dict[str, str], status: int
) -> None:
    visitor = visitor_of(few.with_settings(portal_url="https://bao-cao.example"), "SNV")
    own = str(visitor.client.base_url).rstrip("/")
    sent = {name: value.format(own=own) for name, value in headers.items()}
    assert visitor.post("/hen", {"hen": "18/3/2026"}, headers=sent).status == status


def test_a_file_of_the_largest_size_is_taken(few: Any, visitor_of: VisitorOf) -> None:
    page = visitor_of(few, "SNV").upload(b"\x01" * LARGEST)
    assert "chưa được tính là báo cáo" in page.text
    assert few.count(Arrival) == 1


@pytest.mark.parametrize("over", [1, 128 * 1024, LARGEST])
def test_a_larger_one_gets_a_clear_answer_and_stores_nothing(
    few: Any, visitor_of: VisitorOf, over: int
) -> None:
    began = time.monotonic()
    page = visitor_of(few, "SNV").upload(b"\x01" * (LARGEST + over))
    assert page.status == 413
    assert "lớn hơn mức 25 MB" in page.text
    assert few.count(Arrival) == 0
    assert time.monotonic() - began < 5


def test_a_body_that_declares_no_length_is_counted_all_the_same(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")

    def endless() -> Any:
        head = 'Content-Disposition: form-data; name="tep"; filename="x.xlsx"'
        yield f"--x\r\n{head}\r\n\r\n".encode()
        for _ in range(40):
            yield b"\x01" * 1024 * 1024

    kind = {"content-type": "multipart/form-data; boundary=x"}
    answer = visitor.client.post(f"/y/{visitor.token}/nop", content=endless(), headers=kind)
    assert answer.status_code == 413
    assert few.count(Arrival) == 0


def test_what_is_typed_is_bounded(few: Any, visitor_of: VisitorOf) -> None:
    page = visitor_of(few, "SNV").post("/form", {"prepared_by": "x" * (3 * 1024 * 1024)})
    assert page.status == 413
    assert "quá dài" in page.text


def test_a_broken_body_is_answered(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")
    kind = {"content-type": "multipart/form-data; boundary=x"}
    answer = visitor.client.post(f"/y/{visitor.token}/nop", content=b"--y\r\nfoo", headers=kind)
    assert answer.status_code in (400, 422)
    assert few.count(Arrival) == 0


def raw(visitor: Any, *parts: bytes, pause: float = 0) -> bytes:
    """Speak to the server by hand; returns what it answered before it closed the connection."""
    url = visitor.client.base_url
    with socket.create_connection((url.host, url.port), timeout=20) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):  # it has heard enough
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
        return answer


def test_a_client_that_stops_in_the_midst_of_a_file_is_told(
    few: Any, visitor_of: VisitorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "PAUSE_SECONDS", 0.3)
    visitor = visitor_of(few, "SNV")
    head = (
        f"POST /y/{visitor.token}/nop HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
    )
    answer = raw(visitor, head.encode())
    assert answer.startswith(b"HTTP/1.1 408")
    assert "Đường truyền quá chậm".encode() in answer
    assert few.count(Arrival) == 0


def test_a_client_that_trickles_is_ended(
    few: Any, visitor_of: VisitorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.5)
    visitor = visitor_of(few, "SNV")
    head = (
        f"POST /y/{visitor.token}/nop HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
    )
    assert raw(visitor, head.encode(), *[b"a"] * 8, pause=0.1).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize("said", [b"", b"GET /y/x HT", b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\nGET /"])
def test_whoever_never_finishes_asking_is_shown_out(
    few: Any, visitor_of: VisitorOf, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(protocol, "HEADER_SECONDS", 0.3)
    began = time.monotonic()
    raw(visitor_of(few, "SNV"), said)
    assert time.monotonic() - began < 8  # the server's own patience with an idle connection is 5


def test_a_client_that_leaves_disturbs_nobody(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")
    url = visitor.client.base_url
    for _ in range(5):
        with socket.create_connection((url.host, url.port)) as connection:
            connection.sendall(
                f"POST /y/{visitor.token}/nop HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n"
                "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n".encode()
            )
    assert "0001/SNV" in visitor.upload(few.filled("SNV")).text
    assert few.count(Arrival) == 1


def test_several_hand_in_at_once(few_both: Any, visitor_of: VisitorOf) -> None:
    visitors = [visitor_of(few_both, code) for code in ("SNV", "STC", "SKHCN", "3127") * 2]
    contents = [
        few_both.filled(visitor.agency, product=f"Công văn số {n}") for n, visitor in enumerate(visitors)
    ]
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda pair: pair[0].upload(pair[1]), zip(visitors, contents, strict=True)))
    assert ["Đã nhận báo cáo, đạt yêu cầu" in page.text for page in pages] == [True] * 8
    versions = sorted((v.request_id, v.version) for v in few_both.all(Submission))
    ids = sorted(few_both.request_id(visitor.agency) for visitor in visitors[:4])
    assert versions == [(request_id, number) for request_id in ids for number in (1, 2)]


def test_one_link_is_not_looked_at_without_end(few: Any, visitor_of: VisitorOf) -> None:
    visitor, neighbour = visitor_of(few, "SNV"), visitor_of(few, "STC")
    statuses = [visitor.get().status for _ in range(70)]
    assert statuses[:60] == [200] * 60
    assert 429 in statuses[60:]
    assert neighbour.get().status == 200


def test_wrong_links_are_not_tried_without_end_and_shut_nobody_out(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")
    statuses = [visitor.client.get(f"/y/1-1-{'a' * 26}").status_code for _ in range(40)]
    assert statuses[:30] == [404] * 30
    assert set(statuses[32:]) == {429}
    assert visitor.get().status == 200


def test_the_log_names_no_link(few: Any, visitor_of: VisitorOf, capfd: Any, caplog: Any) -> None:
    visitor = visitor_of(few, "SNV")
    visitor.upload(few.filled("SNV"))
    out = capfd.readouterr()
    assert visitor.token not in out.out + out.err + caplog.text


def test_a_page_that_trips_says_nothing_of_its_insides(
    few: Any, visitor_of: VisitorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trips(*_: Any) -> Any:
        raise RuntimeError("bí mật bên trong")

    visitor = visitor_of(few, "SNV")
    monkeypatch.setattr(pages, "read_facts", trips)
    page = visitor.get()
    assert page.status == 500
    assert "Trang gặp lỗi khi xử lý yêu cầu này." in page.text
    assert "bí mật" not in page.text


def test_limits_refill_and_forget() -> None:
    limiter = Limiter(per_minute=60, burst=2)
    assert [limiter.allows("a", 0) for _ in range(3)] == [True, True, False]
    assert limiter.allows("b", 0)
    assert [limiter.allows("a", at) for at in (0.5, 1.0, 1.1, 60, 60, 60)] == [
        False,
        True,
        False,
        True,
        True,
        False,
    ]
    for number in range(REMEMBERED + 10):
        limiter.allows(str(number), 100)
    assert len(limiter._buckets) == REMEMBERED
