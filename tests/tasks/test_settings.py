"""Settings: DONDOC_* and .env, and what is said when one is wrong."""

import getpass
from pathlib import Path
from typing import NoReturn

import pytest

from tasks.settings import Settings, SettingsFault, load_settings


def test_everything_has_a_default_and_lives_in_the_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "nha"))
    settings = load_settings()
    assert settings.engine_url == f"sqlite:///{tmp_path}/nha/dondoc.sqlite3"
    assert settings.inbox == tmp_path / "nha" / "hop-nhan"
    assert settings.reports == tmp_path / "nha" / "bao-cao"
    assert settings.key_file == tmp_path / "nha" / "secret.key"
    assert settings.mail_password() == ""


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('DONDOC_ACTOR="Lò Văn A"\nDONDOC_BATCH_SIZE=7\nKHAC=1\n', encoding="utf-8")
    monkeypatch.setenv("DONDOC_BATCH_SIZE", "9")
    settings = load_settings()
    assert (settings.actor, settings.batch_size) == ("Lò Văn A", 9)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_postgresql_is_spoken_to_by_psycopg(scheme: str) -> None:
    settings = Settings(database_url=f"{scheme}://dondoc:mk@db/dondoc")
    assert settings.engine_url == "postgresql+psycopg://dondoc:mk@db/dondoc"


@pytest.mark.parametrize(
    ("name", "value"),
    [("DONDOC_BATCH_SIZE", "0"), ("DONDOC_BATCH_SIZE", "nhiều"), ("DONDOC_MAIL_MAX_TRIES", "100")],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsFault, match=f"Cấu hình {name} không hợp lệ: '{value}'"):
        load_settings()


def test_the_mail_password_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "mk").write_text("bí mật\n", encoding="utf-8")
    assert Settings(mail_password_file=tmp_path / "mk").mail_password() == "bí mật"
    with pytest.raises(SettingsFault, match="DONDOC_MAIL_PASSWORD_FILE"):
        Settings(mail_password_file=tmp_path / "khong-co").mail_password()


def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container may run under a number that no passwd file knows."""

    def unknown() -> NoReturn:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(getpass, "getuser", unknown)
    assert load_settings().actor.startswith("uid ")
