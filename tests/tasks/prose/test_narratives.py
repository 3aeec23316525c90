"""The prose of reports in the database: kept piece by piece, the latest counts, and it goes into the next outline."""

from datetime import UTC, datetime, timedelta

from outlines import OUTLINE
from province import Province
from sqlmodel import Session

from models.submission import Arrival, Narrative, NarrativePart
from tasks.blobs import keep_bytes
from tasks.prose.narratives import latest_narrative, parts_from_texts, put_narrative, texts_of
from tasks.prose.outline_read import BACK, FRONT, Part

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
PARTS = (
    Part("", FRONT, "Số: 12/BC-SNV"),
    Part("1.I", "I. VỀ CÔNG TÁC CHỈ ĐẠO ĐIỀU HÀNH"),
    Part("1.II", "II. VỀ HOÀN THIỆN THỂ CHẾ", "Đã ban hành[^1].\nGóp ý.", "[^1] Kế hoạch số 7."),
    Part("", "6. Công tác phối hợp"),
    Part("1.II", "II. VỀ HOÀN THIỆN THỂ CHẾ (tiếp)", "Thêm."),
)


def arrived(session: Session, name: str, at: datetime = NOW) -> Arrival:
    arrival = Arrival(
        channel="thu-muc",
        reference=name,
        file_name=name,
        sha256=keep_bytes(session, name.encode(), NOW),
        received_at=at,
        stored_at=NOW,
    )
    session.add(arrival)
    session.flush()
    return arrival


def test_a_narrative_keeps_every_piece_in_order(few_both: Province) -> None:
    request_id = few_both.request_id("SNV")
    with few_both.store.writing() as session:
        arrival = arrived(session, "a.docx")
        put_narrative(session, request_id, arrival, PARTS, ["Thiếu mục “A”.", "Thiếu mục “B”."], NOW)
    with few_both.store.reading() as session:
        narrative, parts = latest_narrative(session, [request_id])[request_id]
        assert (narrative.arrival_id, narrative.received_at) == (arrival.id, NOW)
        assert narrative.note.splitlines() == ["Thiếu mục “A”.", "Thiếu mục “B”."]
        kept = [Part(part.code, part.heading, part.text, part.notes) for part in parts]
    assert kept == [part for part in PARTS if part.code != "1.I"]


def test_the_same_arrival_twice_is_one_narrative(few: Province) -> None:
    request_id = few.request_id("SNV")
    for _ in range(2):
        with few.store.writing() as session:
            arrival = session.get(Arrival, 1) or arrived(session, "a.docx")
            assert put_narrative(session, request_id, arrival, PARTS, [], NOW) is not None
    assert few.count(Narrative) == 1
    assert few.count(NarrativePart) == 4


def test_a_letterhead_alone_is_no_narrative(few: Province) -> None:
    frame = (PARTS[0], PARTS[1], Part("", BACK, "Nơi nhận: | Nguyễn Văn A"))
    with few.store.writing() as session:
        assert (
            put_narrative(session, few.request_id("SNV"), arrived(session, "a.docx"), frame, ["x"], NOW)
            is None
        )
    assert few.count(Narrative) == 0


def test_the_latest_received_counts_whenever_it_was_stored(few_both: Province) -> None:
    asked = [few_both.request_id(code) for code in ("SNV", "STC", "SKHCN")]
    with few_both.store.writing() as session:
        for request_id, name, days in ((asked[0], "mới", 2), (asked[0], "cũ", 1), (asked[1], "khác", 0)):
            put_narrative(
                session,
                request_id,
                arrived(session, name, NOW + timedelta(days=days)),
                [Part("1.II", "II.", name)],
                [],
                NOW,
            )
    with few_both.store.reading() as session:
        found = latest_narrative(session, asked)
        assert {request_id: texts_of(parts) for request_id, (_, parts) in found.items()} == {
            asked[0]: {"1.II": "mới"},
            asked[1]: {"1.II": "khác"},
        }


def test_texts_carry_their_notes_and_pieces_without_code_stay_out() -> None:
    assert texts_of(PARTS) == {"1.II": "Đã ban hành[^1].\nGóp ý.\n[^1] Kế hoạch số 7.\nThêm."}


def test_prose_by_fields_comes_in_the_outlines_order_and_loses_nothing() -> None:
    said = {"2": "Việc tới.", "1.II": "Đã làm[^1].\n[^1] Số 7.", "1.V": "", "9.9": "Mục cũ."}
    assert parts_from_texts(OUTLINE, said) == (
        Part("1.II", "II. VỀ HOÀN THIỆN THỂ CHẾ, CƠ CHẾ CHÍNH SÁCH", "Đã làm[^1].", "[^1] Số 7."),
        Part("2", "Phần 2. NHIỆM VỤ, GIẢI PHÁP TRỌNG TÂM KỲ TIẾP THEO", "Việc tới."),
        Part("", "9.9", "Mục cũ."),
    )
