"""Prose put together: every paragraph once, with everyone who wrote it, its footnotes kept; nothing is dropped."""

from hypothesis import given
from hypothesis import strategies as st

from models.rules.report.narrative import Piece, Source, paragraphs, passages, unplaced
from models.rules.report.noted import Noted

SNV, STC, XA = (
    Source(code, name, f"{name} – bản 1")
    for code, name in (("SNV", "Sở Nội vụ"), ("STC", "Sở Tài chính"), ("X", "Xã"))
)
LONG = "Đã ban hành kế hoạch thực hiện Nghị quyết số 57-NQ/TW năm 2026, phân công nhiệm vụ cho {} thành viên."


def piece(text: str, source: Source = SNV, code: str = "1.II", notes: str = "") -> Piece:
    return Piece(code, "II. THỂ CHẾ", text, notes, source)


def test_paragraphs_call_their_own_notes() -> None:
    found = paragraphs(piece("Một[^2].\nHai[^1] và ba[^9].", notes="[^1] Kế hoạch 7.\n[^2] Quyết định 3."))
    assert found == (
        Noted("Một[^1].", ("Quyết định 3.",)),
        Noted("Hai[^1] và ba[9].", ("Kế hoạch 7.",)),
    )


def test_a_note_that_nothing_calls_goes_with_the_last_paragraph() -> None:
    assert paragraphs(piece("Một.\nHai[^1].", notes="[^1] A.\n[^4] B.")) == (
        Noted("Một."),
        Noted("Hai[^1].[^2]", ("A.", "B.")),
    )
    assert paragraphs(piece("", notes="[^1] A.")) == (Noted("(chỉ có chú thích)[^1]", ("A.",)),)


def test_the_same_wording_is_said_once_with_all_who_wrote_it() -> None:
    (found,) = passages(
        [piece("Không phát sinh."), piece("Không  phát sinh", STC), piece("Không phát sinh.", XA)]
    )
    assert [(v.text.text, [s.agency_code for s in v.sources]) for v in found.variants] == [
        ("Không phát sinh.", ["SNV", "STC", "X"])
    ]


def test_nearly_the_same_wordings_stand_side_by_side_each_with_its_writer() -> None:
    found = passages([piece(LONG.format(9)), piece("Đã góp ý 05 dự thảo.", STC), piece(LONG.format(12), XA)])
    assert [[(v.text.text, v.sources) for v in p.variants] for p in found] == [
        [(LONG.format(9), (SNV,)), (LONG.format(12), (XA,))],
        [("Đã góp ý 05 dự thảo.", (STC,))],
    ]
    assert found[0].agencies == 2


def test_what_has_no_heading_is_given_back_with_the_heading_it_was_written_under() -> None:
    strange = Piece("", "IX. CÔNG TÁC PHỐI HỢP", "Phối hợp tốt.", "", STC)
    (found,) = unplaced([piece("Có chỗ."), strange], frozenset({"1.II"}))
    assert (found.heading, found.source, found.paragraphs) == (
        strange.heading,
        STC,
        (Noted("Phối hợp tốt."),),
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from([LONG.format(n) for n in range(4)] + ["A", "B b", "a"]),
            st.sampled_from([SNV, STC, XA]),
        )
    )
)
def test_nothing_is_dropped(said: list[tuple[str, Source]]) -> None:
    found = passages([piece(text, source) for text, source in said])
    back = {(v.text.text.casefold(), s) for p in found for v in p.variants for s in v.sources}
    assert back == {(text.casefold(), source) for text, source in said}
