"""Settings: environment variables DONDOC_*, or the same names in a file .env of the working directory."""

import getpass
import os
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.fault import Fault

CHECKOUT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 24


class SettingsFault(Fault):
    """A setting is wrong; the message says which and what to do, in Vietnamese."""


def _user() -> str:
    """Who is logged in; a container's user may have a number only."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"uid {os.getuid()}"


def _cores() -> int:
    """Cores that this process may use, as far as more would still help."""
    usable = getattr(os, "sched_getaffinity", None)
    return min(8, len(usable(0)) if usable else os.cpu_count() or 1)


class Settings(BaseSettings):
    """Where everything is. Each field is the variable DONDOC_<NAME>; docs/operations.md lists them."""

    model_config = SettingsConfigDict(env_prefix="DONDOC_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(
        default_factory=lambda: Path.home() / ".dondoc",
        description="Thư mục của dondoc: cơ sở dữ liệu, hộp thư mục nhận, báo cáo, khóa",
    )
    database_url: str = Field(
        default="",
        description="Cơ sở dữ liệu; trống là SQLite trong DONDOC_HOME; PostgreSQL: postgresql://người-dùng@máy/tên",
    )
    mail_url: str = Field(
        default="",
        description="Máy chủ gửi thư, theo cách ghi của Apprise: mailtos://máy:587?user=…&from=… (không ghi mật khẩu)",
    )
    mail_password_file: Path | None = Field(default=None, description="Tệp chứa mật khẩu gửi thư")
    portal_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="Địa chỉ công khai của trang nộp báo cáo (https://…); trống: thư không có đường dẫn",
    )
    desk_user_header: str = Field(
        default="",
        pattern=r"^([A-Za-z][A-Za-z0-9-]{1,60})?$",
        description="Đăng nhập chung: tên tiêu đề mà máy chủ web đứng trước ghi tên đăng nhập vào; trống là không dùng",
    )
    desk_proxy_secret_file: Path | None = Field(
        default=None,
        description="Tệp chứa từ khóa mà máy chủ web đứng trước gửi kèm (X-Dondoc-Proxy), bắt buộc khi đăng nhập chung",
    )
    imap_url: str = Field(
        default="",
        description="Hộp thư nhận báo cáo: imaps://tài-khoản@máy:993/INBOX (không ghi mật khẩu); trống là không dùng",
    )
    imap_password_file: Path | None = Field(
        default=None, description="Tệp chứa mật khẩu hộp thư nhận báo cáo"
    )
    profile: Path = Field(
        default=CHECKOUT / "deployments" / "dien-bien",
        description="Thư mục của tỉnh: danh bạ, danh mục nhiệm vụ, chế độ báo cáo, ngày nghỉ",
    )
    secret_key_file: Path | None = Field(
        default=None, description="Tệp khóa ký biểu mẫu; trống là DONDOC_HOME/secret.key, tự tạo lần đầu"
    )
    actor: str = Field(
        default_factory=_user, description="Tên người thực hiện, ghi vào nhật ký với mỗi thao tác"
    )
    heartbeat_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s]+)?$",
        description="Địa chỉ nhận tín hiệu sống mỗi lần kiểm tra thấy mọi việc ổn; trống là không dùng",
    )
    log_format: Literal["text", "json"] = Field(
        default="text",
        description="Cách ghi nhật ký chạy: text (dòng chữ) hoặc json (mỗi dòng một đối tượng)",
    )
    soffice: str = Field(
        default="",
        description="Chương trình LibreOffice (soffice) để lập PDF; trống: tìm trong PATH; không có thì không lập PDF",
    )
    batch_size: int = Field(
        default=50, ge=1, le=500, description="Số cơ quan trong một lượt xử lý khi gửi yêu cầu và thu nhận"
    )
    processes: int = Field(
        default_factory=_cores,
        ge=1,
        le=32,
        description=(
            "Số tiến trình cùng lập biểu mẫu, cùng đọc và kiểm tra khi có từ 1.000 tệp; lớn hơn 1 thì từ 1.000 thư "
            "có hai tiến trình cùng gửi. Mặc định: số lõi, không quá 8"
        ),
    )
    mail_max_tries: int = Field(
        default=6, ge=1, le=20, description="Số lần thử gửi một thư trước khi báo lỗi"
    )

    zalo_zbs_url: str = Field(
        default="", description="Tin mẫu Zalo theo số điện thoại: zalozns://tên-hồ-sơ; trống là không dùng"
    )
    zalo_bot_url: str = Field(default="", description="Bot Zalo: zalobot://tên-hồ-sơ; trống là không dùng")
    zalo_oa_url: str = Field(
        default="", description="Tin của tài khoản Zalo OA: zalooa://tên-hồ-sơ; trống là không dùng"
    )
    zalo_secrets_folder: Path | None = Field(
        default=None, description="Thư mục khóa của Zalo; trống là DONDOC_HOME/zalo"
    )
    zalo_proxy: str = Field(
        default="",
        pattern=r"^(https?://[^\s]+)?$",
        description="Máy chủ trung gian để ra Internet tới Zalo (http://máy:cổng); trống: đi thẳng",
    )
    zalo_answer_seconds: float = Field(
        default=20, gt=0, le=120, description="Số giây chờ Zalo trả lời một lần gọi"
    )
    zalo_zbs_api: str = Field(
        default="https://business.openapi.zalo.me",
        pattern=r"^https?://[^\s?#]+$",
        description="Địa chỉ dịch vụ tin mẫu của Zalo",
    )
    zalo_oa_api: str = Field(
        default="https://openapi.zalo.me",
        pattern=r"^https?://[^\s?#]+$",
        description="Địa chỉ dịch vụ OA của Zalo",
    )
    zalo_bot_api: str = Field(
        default="https://bot-api.zaloplatforms.com",
        pattern=r"^https?://[^\s?#]+$",
        description="Địa chỉ dịch vụ bot của Zalo",
    )
    zalo_oauth_api: str = Field(
        default="https://oauth.zaloapp.com",
        pattern=r"^https?://[^\s?#]+$",
        description="Địa chỉ cấp khóa truy cập của Zalo",
    )

    @property
    def zalo_secrets(self) -> Path:
        """The folder of Zalo's keys, which only dondoc reads."""
        return self.zalo_secrets_folder or self.home / "zalo"

    @property
    def engine_url(self) -> str:
        """The SQLAlchemy address of the database."""
        if not self.database_url:
            return f"sqlite:///{(self.home / 'dondoc.sqlite3').absolute()}"
        return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1).replace(
            "postgres://", "postgresql+psycopg://", 1
        )

    @property
    def inbox(self) -> Path:
        """The drop folder: what is put here is received."""
        return self.home / "hop-nhan"

    @property
    def reports(self) -> Path:
        """Where letters and reports are written, one folder a cycle."""
        return self.home / "bao-cao"

    @property
    def key_file(self) -> Path:
        return self.secret_key_file or self.home / "secret.key"

    def mail_password(self) -> str:
        """The password of the mail account, "" without one. SettingsFault when the file cannot be read."""
        return _password(self.mail_password_file, "DONDOC_MAIL_PASSWORD_FILE")

    def desk_proxy_secret(self) -> str:
        """The word by which the proxy of single sign-on shows that it is the proxy. SettingsFault without one: a
        header alone could be written by anybody."""
        secret = _password(self.desk_proxy_secret_file, "DONDOC_DESK_PROXY_SECRET_FILE")
        if len(secret) < SHORTEST_SECRET:
            raise SettingsFault(
                "Đăng nhập chung (DONDOC_DESK_USER_HEADER) cần DONDOC_DESK_PROXY_SECRET_FILE: tệp chứa một từ khóa ít "
                f"nhất {SHORTEST_SECRET} ký tự mà chỉ máy chủ web đứng trước biết."
            )
        return secret

    def imap_password(self) -> str:
        """The password of the mailbox, "" without one. SettingsFault when the file cannot be read."""
        return _password(self.imap_password_file, "DONDOC_IMAP_PASSWORD_FILE")


def _password(file: Path | None, setting: str) -> str:
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise SettingsFault(f"Tệp mật khẩu thư {file} không phải UTF-8. Kiểm tra {setting}.") from None
    except OSError as error:
        raise SettingsFault(
            f"Không đọc được tệp mật khẩu thư {file}: {error.strerror}. Kiểm tra {setting}."
        ) from error


def load_settings() -> Settings:
    """The settings in force. SettingsFault names the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "DONDOC_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsFault(
            f"Cấu hình {name} không hợp lệ: {first['input']!r}. Xem docs/operations.md."
        ) from error
