"""Who in the secretariat follows which agency or assignment: assigned and ended by a leader, each an act of its own."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.desk import Account
from models.desk_act import Follow
from models.directory import Agency
from models.fault import Fault
from models.register import Assignment, Register
from models.rules.desk.following import Following
from tasks.states import record_act


class FollowFault(Fault):
    """Somebody who cannot be assigned; the message says why and what to do."""


@dataclass(frozen=True)
class Subjects:
    """What is followed: agencies and assignments, by their ids."""

    agency_ids: tuple[int, ...] = ()
    assignment_ids: tuple[int, ...] = ()


def follow(session: Session, account: Account, subjects: Subjects, *, actor: str, now: datetime) -> int:
    """Assign an account to follow all of these; returns how many it had not followed. The account is held, so that a
    button pressed twice assigns once."""
    _hold(session, account)
    if not account.active:
        raise FollowFault(f"Tài khoản {account.login} đã khóa; chọn người khác.")
    if not (subjects.agency_ids or subjects.assignment_ids):
        raise FollowFault("Chưa chọn cơ quan hoặc nhiệm vụ nào để phân công.")
    known = {(row.agency_id, row.assignment_id) for row in _standing(session, account)}
    added = [pair for pair in _pairs(subjects) if pair not in known]
    for agency_id, assignment_id in added:
        session.add(
            Follow(
                account_id=account.id or 0,
                agency_id=agency_id,
                assignment_id=assignment_id,
                actor=actor,
                at=now,
            )
        )
    if added:
        _record(session, "phan-cong-theo-doi", account, added, actor, now)
    return len(added)


def unfollow(session: Session, account: Account, subjects: Subjects, *, actor: str, now: datetime) -> int:
    """End it for these; returns how many the account had followed."""
    _hold(session, account)
    wanted = set(_pairs(subjects))
    ended = [row for row in _standing(session, account) if (row.agency_id, row.assignment_id) in wanted]
    for row in ended:
        row.ended_at, row.ended_by = now, actor
        session.add(row)
    if ended:
        pairs = [(row.agency_id, row.assignment_id) for row in ended]
        _record(session, "thoi-theo-doi", account, pairs, actor, now)
    return len(ended)


def read_following(session: Session) -> Following:
    """Who follows what now; accounts out of use follow nothing."""
    rows = session.exec(
        select(Follow, Account)
        .join(Account, col(Account.id) == col(Follow.account_id))
        .where(col(Follow.ended_at).is_(None), col(Account.active).is_(True))
        .order_by(col(Follow.id))
    ).all()
    agencies: dict[int, tuple[int, ...]] = {}
    assignments: dict[int, tuple[int, ...]] = {}
    names = {}
    for row, account in rows:
        names[row.account_id] = account.name
        if row.agency_id is not None:
            agencies[row.agency_id] = (*agencies.get(row.agency_id, ()), row.account_id)
        elif row.assignment_id is not None:
            assignments[row.assignment_id] = (*assignments.get(row.assignment_id, ()), row.account_id)
    return Following(agencies, assignments, names)


def subjects_named(session: Session, agency_codes: Collection[str], row_keys: Collection[str]) -> Subjects:
    """The agencies with these codes and the assignments with these row keys; FollowFault names those there are not."""
    agencies = {
        agency.code: agency.id or 0
        for agency in session.exec(select(Agency).where(col(Agency.code).in_(agency_codes)))
    }
    assignments = {
        f"{code}/{assignment.key}": assignment.id or 0
        for assignment, code in session.exec(
            select(Assignment, Register.code)
            .join(Register, col(Register.id) == col(Assignment.register_id))
            .where(col(Assignment.key).in_([row_key.partition("/")[2] for row_key in row_keys]))
        )
    }
    unknown = [code for code in agency_codes if code not in agencies]
    unknown += [row_key for row_key in row_keys if row_key not in assignments]
    if unknown:
        raise FollowFault(f"Không có cơ quan hoặc nhiệm vụ nào mang mã: {', '.join(unknown)}.")
    return Subjects(
        tuple(agencies[code] for code in agency_codes), tuple(assignments[row_key] for row_key in row_keys)
    )


def _hold(session: Session, account: Account) -> None:
    session.flush()
    session.refresh(account, with_for_update=True)


def _standing(session: Session, account: Account) -> list[Follow]:
    return list(
        session.exec(
            select(Follow)
            .where(Follow.account_id == account.id, col(Follow.ended_at).is_(None))
            .order_by(col(Follow.id))
        )
    )


def _pairs(subjects: Subjects) -> list[tuple[int | None, int | None]]:
    pairs: list[tuple[int | None, int | None]] = [(one, None) for one in dict.fromkeys(subjects.agency_ids)]
    return [*pairs, *((None, one) for one in dict.fromkeys(subjects.assignment_ids))]


def _record(
    session: Session,
    act: str,
    account: Account,
    pairs: Collection[tuple[int | None, int | None]],
    actor: str,
    now: datetime,
) -> None:
    agency_ids = [agency_id for agency_id, _ in pairs if agency_id is not None]
    assignment_ids = [assignment_id for _, assignment_id in pairs if assignment_id is not None]
    agencies = session.exec(select(Agency.code).where(col(Agency.id).in_(agency_ids))).all()
    assignments = session.exec(select(Assignment.key).where(col(Assignment.id).in_(assignment_ids))).all()
    what = {"cơ quan": sorted(agencies), "nhiệm vụ": sorted(assignments)}
    after = {"tài khoản": account.login, **{name: found for name, found in what.items() if found}}
    record_act(session, act, "account", account.id, actor=actor, now=now, after=after)
