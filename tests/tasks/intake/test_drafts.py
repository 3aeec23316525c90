"""Drafts: the last save stands, and nobody saves over what they have not seen."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

from models.agency_act import Draft
from tasks.intake.drafts import Saved, save_draft

T0 = datetime(2026, 3, 12, 2, tzinfo=UTC)


def save(province: Any, texts: dict[str, str], seen: int, at: datetime = T0) -> Saved:
    with province.store.writing() as session:
        return save_draft(session, province.request_id("SNV"), texts, seen, at)


def test_each_save_is_kept_with_its_time(few_both: Any) -> None:
    assert save(few_both, {"a": "1"}, 0) == Saved(1, {})
    assert save(few_both, {"a": "2", "b": "3"}, 1, T0 + timedelta(hours=1)) == Saved(2, {})
    (draft,) = drafts(few_both)
    assert (draft.texts, draft.revision, draft.saved_at) == ({"a": "2", "b": "3"}, 2, T0 + timedelta(hours=1))


def drafts(province: Any) -> list[Draft]:
    with province.store.reading() as session:
        draft = session.get(Draft, province.request_id("SNV"))
        return [Draft(**draft.model_dump())] if draft else []


def test_to_save_the_same_again_changes_nothing(few: Any) -> None:
    save(few, {"a": "1"}, 0)
    assert save(few, {"a": "1"}, 0, T0 + timedelta(hours=1)) == Saved(1, {})
    assert drafts(few)[0].saved_at == T0


def test_an_emptied_field_is_empty(few: Any) -> None:
    save(few, {"a": "1", "b": "2"}, 0)
    save(few, {"b": "2"}, 1)
    assert drafts(few)[0].texts == {"b": "2"}


def test_who_has_not_seen_the_last_save_is_shown_it_and_nothing_is_lost(few_both: Any) -> None:
    save(few_both, {"a": "1", "b": "2"}, 0)
    save(few_both, {"a": "of another", "b": "2", "c": "x"}, 1)
    assert save(few_both, {"a": "mine", "b": "2"}, 1) == Saved(2, {"a": "of another", "c": "x"})
    assert drafts(few_both)[0].texts == {"a": "of another", "b": "2", "c": "x"}
    assert save(few_both, {"a": "mine", "b": "2"}, 2) == Saved(3, {})


def test_of_two_first_saves_at_once_one_stands_and_the_other_is_told(few_both: Any) -> None:
    stores = [few_both.open_again() for _ in range(2)]
    request_id = few_both.request_id("SNV")
    barrier = Barrier(2)
    results: list[Saved] = []

    def run(number: int) -> None:
        barrier.wait()
        with stores[number].writing() as session:
            results.append(save_draft(session, request_id, {"a": str(number)}, 0, T0))

    threads = [Thread(target=run, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(bool(result.others) for result in results) == [False, True]
