"""`/metrics` opens for a key of the kind API and for nothing else."""

from collections.abc import Callable
from typing import Any

import httpx

from models.codes import BoardLinkKind
from tasks.board import links


def test_the_figures_are_for_who_holds_a_key(few: Any, served: Callable[[Any], Any], clock: Any) -> None:
    keys = {}
    for kind in BoardLinkKind:
        with few.store.writing() as session:
            link = links.make_link(session, kind, "Hệ thống giám sát", None, actor="Thử", now=clock())
            keys[kind] = links.given(link, few.office, clock()).token
    with httpx.Client(base_url=served(few.office).url) as client:
        opened = client.get("/metrics", headers={"Authorization": f"Bearer {keys[BoardLinkKind.API]}"})
        assert opened.status_code == 200
        assert opened.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert 'dondoc_requests{cycle="bcd-quy-2026-Q1",state="planned"} 4.0' in opened.text
        for key in (keys[BoardLinkKind.PAGE], "1", "khong-co"):
            refused = client.get("/metrics", headers={"Authorization": f"Bearer {key}"})
            assert refused.status_code == 401
            assert "dondoc_" not in refused.text
