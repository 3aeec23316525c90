"""Nhập danh mục: a register's file from the folder for it; first what it would change, then the change."""

from pathlib import Path
from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.runtime import flow_run
from pydantic import Field

from flows import choices
from flows.steps import Rehearsable, ended
from models.fault import Fault
from tasks.office import Office, open_office
from tasks.setup import import_register as import_file

FOLDER = "danh-muc"
"""Under DONDOC_HOME: the form names a file in it, and reaches no other."""


class FileFault(Fault):
    """The file named on the form is not there; the message says where it must lie."""


class ImportRegister(Rehearsable):
    """Nhập danh mục nhiệm vụ, chỉ tiêu từ tệp .docx, .xlsx hoặc .txt."""

    file: str = Field(
        default="",
        title="Tên tệp",
        max_length=200,
        description=f"Tệp đã chép vào thư mục {FOLDER} của dondoc; để trống: tệp của tỉnh (registers.yaml)",
    )
    register_code: str = Field(
        default=choices.FIRST_REGISTER, title="Danh mục", json_schema_extra=choices.of("registers")
    )
    accept: list[str] = Field(
        default_factory=list,
        title="Đồng ý thay đổi",
        description="Khóa của các dòng đổi tên, bỏ đã xem và đồng ý, ví dụ nhiem-vu:V.5.1",
    )


def _run_name() -> str:
    said = flow_run.parameters["parameters"]
    look = said is None or said.dry_run
    return f"{'Xem trước: ' if look else ''}Nhập danh mục {said.file if said else ''}".strip()


@flow(name="Nhập danh mục nhiệm vụ", flow_run_name=_run_name)
def import_register(parameters: ImportRegister | None = None) -> Any:
    """So tệp với danh mục đang có: thêm, sửa, bỏ dòng nào; chỉ ghi khi tắt “Chỉ xem trước”. Nhập lại không đổi gì."""
    parameters = parameters or ImportRegister()
    office = open_office()
    code = "" if parameters.register_code == choices.FIRST_REGISTER else parameters.register_code
    lines = list(
        import_file(
            office,
            register_file(office, parameters.file, code),
            code,
            parameters.instant(),
            office.settings.actor,
            dry_run=parameters.dry_run,
            accept=frozenset(parameters.accept),
        )
    )
    create_markdown_artifact(
        key="nhap-danh-muc", markdown="\n".join(["```", *lines, "```"]), description=lines[0]
    )
    return ended(f"{'Chỉ xem trước, chưa ghi: ' if parameters.dry_run else ''}{lines[0]}")


def register_file(office: Office, name: str, code: str) -> Path:
    """The file that the form names: in the folder for it, or the province's own of this register. FileFault without."""
    if not name:
        for entry in office.profile.registers:
            if not code or entry.code == code:
                return office.profile.folder / entry.file
        raise FileFault(
            f"Danh mục {code} không có tệp trong registers.yaml; ghi tên tệp trong thư mục {FOLDER}."
        )
    folder = office.settings.home / FOLDER
    folder.mkdir(exist_ok=True)
    path = folder / name
    if Path(name).name != name or not path.is_file():
        raise FileFault(f"Không có tệp “{name}” trong thư mục {folder}. Chép tệp vào đó rồi chạy lại.")
    return path
