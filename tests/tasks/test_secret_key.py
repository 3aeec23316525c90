"""The key that signs forms: made once, for its owner only; a damaged one is a fault, never replaced."""

from pathlib import Path
from threading import Barrier, Thread

import pytest

from models.fault import Fault
from tasks.secret_key import KeyFault, secret_key


def test_the_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "home" / "secret.key"
    key = secret_key(path)
    assert len(key) == 32
    assert secret_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["secret.key"]


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    assert secret_key(tmp_path / "a") != secret_key(tmp_path / "b")


def test_many_that_find_none_agree_on_one(tmp_path: Path) -> None:
    barrier = Barrier(8)
    keys: list[bytes] = []

    def ask() -> None:
        barrier.wait()
        keys.append(secret_key(tmp_path / "secret.key"))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"abcd", b"z" * 64, "khóa".encode() * 20, b"\xff" * 64, b"ab" * 15],
    ids=["empty", "short", "no hexadecimal", "letters", "bytes", "30 digits"],
)
def test_a_damaged_key_is_told_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret.key"
    path.write_bytes(content)
    with pytest.raises(KeyFault, match="khôi phục từ bản sao lưu"):
        secret_key(path)
    assert path.read_bytes() == content


def test_a_folder_in_the_key_s_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "secret.key").mkdir()
    with pytest.raises(Fault, match="Không đọc được tệp khóa"):
        secret_key(tmp_path / "secret.key")
