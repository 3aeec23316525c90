"""Roles, passwords, and that every act of the trail has words."""

import ast
from pathlib import Path

import pytest

from models.codes import DeskRole
from models.rules.desk.acts import ACTS, act_label
from models.rules.desk.passwords import login_fault, password_fault
from models.rules.desk.roles import may_act_as
from tasks.settings import CHECKOUT


@pytest.mark.parametrize(
    ("has", "may"),
    [
        (DeskRole.READER, {DeskRole.READER}),
        (DeskRole.OFFICER, {DeskRole.READER, DeskRole.OFFICER}),
        (DeskRole.LEADER, {DeskRole.READER, DeskRole.OFFICER, DeskRole.LEADER}),
    ],
)
def test_each_role_includes_the_one_before(has: DeskRole, may: set[DeskRole]) -> None:
    assert {role for role in DeskRole if may_act_as(has, role)} == may


@pytest.mark.parametrize("login", ["nva", "nguyen.van.a", "lo-thi-b2"])
def test_login_names_that_are_taken(login: str) -> None:
    assert login_fault(login) == ""


@pytest.mark.parametrize("login", ["", "ab", "Nva", "nguyễn", "1abc", "a b c", "abc.", "a" * 61])
def test_login_names_that_are_not(login: str) -> None:
    assert "chữ thường không dấu" in login_fault(login)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("ngan", "ít nhất 12 ký tự"),
        ("a" * 201, "dài quá"),
        ("aaaaaaaaaaaaaa", "dễ đoán"),
        ("123456789012", "dễ đoán"),
        ("toi la nva.hanh day", "tên đăng nhập"),
        ("Hạnh phúc năm 2026", "họ tên"),
        ("mùa ban nở trắng", ""),
        ("k7mq-vd9s-x2pa-h4tn", ""),
    ],
)
def test_passwords(password: str, why: str) -> None:
    fault = password_fault(password, "nva.hanh", "Nguyễn Vân Hạnh")
    assert (why in fault) if why else fault == ""


def acts_in(path: Path) -> set[str]:
    """Codes of acts that a module writes: the second argument of record_act, or a constant that stands for it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record_act":
            act = node.args[1]
            found |= {
                n.value for n in ast.walk(act) if isinstance(n, ast.Constant) and isinstance(n.value, str)
            }
    return found


def test_every_act_that_is_written_has_words() -> None:
    written = {act for path in (CHECKOUT / "tasks").rglob("*.py") for act in acts_in(path)}
    assert len(written) > 20
    assert (
        sorted(act for act in written - set(ACTS) if " " not in act) == []
    )  # the channels' acts are words already
    assert act_label("chưa-biết") == "chưa-biết"
