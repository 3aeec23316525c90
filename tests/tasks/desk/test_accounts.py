"""What a password costs whoever guesses it."""

from datetime import UTC, datetime

from argon2 import extract_parameters
from argon2.low_level import Type

from models.codes import DeskRole
from models.desk import Account
from tasks.desk.accounts import add_account, let_in, opens, reset_password
from tasks.store import Store

NOW = datetime(2026, 3, 12, 2, tzinfo=UTC)


def test_passwords_are_kept_as_argon2id_at_the_cost_of_rfc_9106(store: Store) -> None:
    with store.writing() as session:
        made = add_account(session, "nguoi.mot", "Người Một", DeskRole.OFFICER, actor="Thử", now=NOW)
    with store.reading() as session:
        kept = session.get_one(Account, made.account.id)
    cost = extract_parameters(kept.password_hash)
    assert cost.type is Type.ID
    assert (cost.memory_cost, cost.time_cost) >= (64 * 1024, 3)
    assert made.password not in kept.password_hash
    assert opens(kept, made.password)
    assert not opens(kept, made.password[:-1])


def test_a_new_password_makes_the_old_one_worthless(store: Store) -> None:
    with store.writing() as session:
        made = add_account(session, "nguoi.mot", "Người Một", DeskRole.OFFICER, actor="Thử", now=NOW)
    with store.writing() as session:
        account = session.get_one(Account, made.account.id)
        fresh = reset_password(session, account, actor="Thử", now=NOW)
    with store.writing() as session:
        assert let_in(session, "NGUOI.MOT ", made.password, NOW) is None
        opened = let_in(session, "NGUOI.MOT ", fresh.password, NOW)
        assert opened is not None
        assert opened.must_change
