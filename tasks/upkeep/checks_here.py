"""What can be seen on this machine and in the database: schema, clock, time zone, disk, key, directory, daily runs."""

import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from models.codes import DeskRole, PersonRole
from models.desk import Account
from models.directory import Person
from models.history import Audit
from models.time import VIETNAM, vn_instant
from tasks.migrate import newest_version, schema_version
from tasks.office import Office
from tasks.profile import ProfileFault, read_profile
from tasks.reminders.auditor import found_now
from tasks.settings import Settings
from tasks.store import Store
from tasks.upkeep.check import Check, unsure, well, wrong

MUCH_ROOM = 2 * 1024**3
LITTLE_ROOM = 300 * 1024**2
CLOCKS_APART = timedelta(minutes=2)


def look_at_files(settings: Settings) -> Iterator[Check]:
    """The home folder, the room on its disk, the key, the province's folder."""
    room = shutil.disk_usage(settings.home).free
    seen = f"còn {room / 1024**3:.1f} GB trống ở {settings.home}"
    if room < LITTLE_ROOM:
        yield wrong("Ổ đĩa", seen, "Dọn ổ đĩa ngay: hết chỗ thì không nhận được báo cáo.")
    elif room < MUCH_ROOM:
        yield unsure("Ổ đĩa", seen, "Dọn ổ đĩa hoặc chuyển DONDOC_HOME tới nơi rộng hơn.")
    else:
        yield well("Ổ đĩa", seen)
    key = settings.key_file
    if not key.exists():
        yield unsure(
            "Khóa ký biểu mẫu", f"chưa có {key}", "Tự tạo khi lập biểu mẫu đầu tiên; sau đó hãy sao lưu."
        )
    elif key.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield wrong("Khóa ký biểu mẫu", f"người khác trên máy đọc được {key}", f"Chạy: chmod 600 {key}")
    else:
        yield well("Khóa ký biểu mẫu", f"{key}, chỉ người chạy dondoc đọc được")
    try:
        profile = read_profile(settings.profile)
    except ProfileFault as fault:
        yield wrong("Thư mục của tỉnh", str(fault), "Sửa tệp theo dòng đã nêu.")
    else:
        yield well(
            "Thư mục của tỉnh",
            f"{settings.profile}: {len(profile.agencies)} cơ quan, {len(profile.regimes)} chế độ báo cáo",
        )


def look_at_time(now: datetime) -> Check:
    """Whether the zone files know Viet Nam; the clock itself is held against the database and other machines."""
    offset = now.astimezone(VIETNAM).utcoffset()
    if offset != timedelta(hours=7):
        return wrong("Múi giờ", f"Asia/Ho_Chi_Minh lệch {offset}", "Cài lại gói tzdata.")
    return well("Múi giờ", f"giờ Việt Nam trên máy này: {vn_instant(now)}")


def look_at_schema(store: Store) -> Check:
    """Whether the database answers, and is of this program's version."""
    engine = "SQLite" if store.is_sqlite else "PostgreSQL"
    try:
        version, newest = schema_version(store), newest_version()
    except sa.exc.OperationalError as error:
        first = str(error.orig).strip().splitlines()[0]
        return wrong(
            "Cơ sở dữ liệu", f"{engine} không trả lời: {first}", "Kiểm tra DONDOC_DATABASE_URL và máy chủ."
        )
    if version is None:
        return unsure("Cơ sở dữ liệu", f"{engine}, còn trống", "Chạy: dondoc setup")
    if version != newest:
        return wrong(
            "Cơ sở dữ liệu",
            f"{engine} ở cấu trúc {version}, chương trình cần {newest}",
            "Sao lưu rồi chạy: dondoc db upgrade (hoặc cài đúng phiên bản dondoc).",
        )
    return well("Cơ sở dữ liệu", f"{engine}, cấu trúc {version}")


def look_at_clock(session: Session, store: Store, now: datetime) -> Check:
    """The machine's clock against the database server's, and against what was written last."""
    last = session.exec(select(func.max(Audit.at))).one()
    if last is not None and last > now + CLOCKS_APART:
        return wrong(
            "Đồng hồ",
            f"máy đang ở {vn_instant(now)} nhưng nhật ký đã có dòng lúc {vn_instant(last)}",
            "Chỉnh đồng hồ máy, bật đồng bộ giờ (NTP).",
        )
    if not store.is_sqlite:
        theirs = session.execute(sa.text("SELECT now()")).scalar_one()
        if abs(theirs - now) > CLOCKS_APART:
            return wrong(
                "Đồng hồ",
                f"lệch máy chủ PostgreSQL {abs(theirs - now).total_seconds():.0f} giây",
                "Bật đồng bộ giờ (NTP) trên cả hai máy.",
            )
    return well(
        "Đồng hồ", "không lùi so với nhật ký" + ("" if store.is_sqlite else ", khớp máy chủ PostgreSQL")
    )


def look_at_people(session: Session) -> Iterator[Check]:
    """Whether the secretariat itself can be reached, contacts are real, and somebody can sit at the desk."""
    people = session.exec(select(Person).where(col(Person.active).is_(True))).all()
    if not any(person.role is PersonRole.SECRETARIAT and person.email for person in people):
        yield wrong(
            "Danh bạ", "chưa có thư ký nào nhận thư", "Ghi thư ký vào people.yaml rồi chạy: dondoc setup"
        )
    elif examples := sum(person.email.endswith(".example") for person in people):
        yield unsure(
            "Danh bạ",
            f"{examples} địa chỉ còn là ví dụ (.example)",
            "Thay bằng địa chỉ thật trước khi gửi yêu cầu đầu tiên.",
        )
    else:
        yield well("Danh bạ", f"{len(people)} người liên hệ đang dùng")
    leaders = session.exec(
        select(func.count()).where(col(Account.active).is_(True), Account.role == DeskRole.LEADER)
    ).one()
    if leaders:
        yield well("Tài khoản", f"{leaders} tài khoản lãnh đạo Tổ Giúp việc đang dùng")
    else:
        yield unsure(
            "Tài khoản",
            "chưa có tài khoản lãnh đạo nào cho bàn làm việc",
            'Chạy: dondoc account add TÊN --name "HỌ TÊN" --role leader',
        )


def look_at_work(session: Session, office: Office, now: datetime) -> Iterator[Check]:
    """What the auditor finds: steps that did not run, messages that are stuck, days off that nobody confirmed."""
    found = found_now(session, office, now)
    for finding in found:
        yield unsure("Việc hằng ngày", f"{finding.what} {finding.when}".strip(), finding.do)
    if not found:
        yield well("Việc hằng ngày", "không có gì bị kẹt hoặc bỏ sót")
