"""The signed Báo cáo as a record: of its own request only, once for each file, the latest counting."""

from datetime import date, timedelta
from typing import Any

import pytest

from models.cycle import Request
from models.submission import Arrival, SignedReport
from tasks.intake.receive import receive
from tasks.intake.signed_reports import SignedFault, add_signed, all_signed, signed_of

PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def now(few_both: Any) -> Any:
    with few_both.store.reading() as session:
        return few_both.cycle(session).released_at + timedelta(days=2)


def stored(province: Any, reference: str, now: Any, agency: str | None = None) -> int:
    arrival_id = receive(
        province.store,
        channel="trang-web",
        reference=reference,
        file_name=f"{reference}.pdf",
        content=PDF + reference.encode(),
        received_at=now,
        now=now,
        request_id=province.request_id(agency) if agency else None,
    )
    return arrival_id or 0


def sign(province: Any, agency: str, arrival_id: int, now: Any, number: str = "125/BC-SNV") -> int:
    with province.store.writing() as session:
        signed = add_signed(
            session,
            session.get_one(Request, province.request_id(agency)),
            session.get_one(Arrival, arrival_id),
            number=f" {number} ",
            signed_on=date(2026, 3, 5),
            signer="Lò  Văn A",
            now=now,
        )
        return signed.id or 0


def test_the_latest_of_each_request_counts(few_both: Any, now: Any) -> None:
    first = sign(few_both, "SNV", stored(few_both, "a", now), now, "1/BC")
    second = sign(few_both, "SNV", stored(few_both, "b", now), now, "2/BC")
    other = sign(few_both, "STC", stored(few_both, "c", now), now, "3/BC")
    snv, stc, none = (few_both.request_id(code) for code in ("SNV", "STC", "SKHCN"))
    with few_both.store.reading() as session:
        counting = signed_of(session, [snv, stc, none])
        assert {request_id: signed.id for request_id, signed in counting.items()} == {snv: second, stc: other}
        assert [signed.id for signed in all_signed(session, snv)] == [second, first]
        assert (counting[snv].number, counting[snv].signer) == ("2/BC", "Lò Văn A")


def test_one_file_is_one_signed_report(few_both: Any, now: Any) -> None:
    arrival_id = stored(few_both, "a", now)
    assert sign(few_both, "SNV", arrival_id, now) == sign(few_both, "SNV", arrival_id, now)
    assert few_both.count(SignedReport) == 1


def test_what_was_handed_in_for_another_request_is_refused(few_both: Any, now: Any) -> None:
    arrival_id = stored(few_both, "a", now, "STC")
    with pytest.raises(SignedFault, match="yêu cầu báo cáo khác"):
        sign(few_both, "SNV", arrival_id, now)
    assert few_both.count(SignedReport) == 0
