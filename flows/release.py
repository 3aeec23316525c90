"""Phát hành kỳ báo cáo: the draft is released by number and date of its signed công văn, typed in by who approves."""

from datetime import date
from typing import Any

from prefect import flow
from prefect.runtime import flow_run
from pydantic import Field

from flows.approval import Approval, ask_until_done
from flows.steps import CYCLE_TITLE, Parameters, ended
from tasks.console.release_question import draft_to_release, release_question
from tasks.office import open_office
from tasks.steps import release_step


class Release(Parameters):
    """Phát hành một kỳ đang ở dạng dự thảo. Số, ngày công văn hỏi ở bước sau, trên trang của lượt chạy."""

    cycle: str = Field(
        default="", title=CYCLE_TITLE, description="Ví dụ bcd-quy-2026-Q1; để trống: kỳ dự thảo duy nhất"
    )


class SignedLetter(Approval):
    """Công văn đã ký"""

    number: str = Field(
        title="Số công văn", min_length=1, max_length=100, description="Đúng như trên bản ký, ví dụ 12-CV/BCĐ"
    )
    signed_on: date = Field(title="Ngày ký công văn")
    confirm: bool = Field(
        default=False,
        title="Tôi xác nhận phát hành kỳ báo cáo theo công văn này",
        description="Không bật: không phát hành, lượt chạy kết thúc",
    )


def _run_name() -> str:
    said = flow_run.parameters["parameters"]
    return f"Phát hành kỳ {said.cycle if said and said.cycle else 'dự thảo'}"


@flow(name="Phát hành kỳ báo cáo", flow_run_name=_run_name, persist_result=True)
def release(parameters: Release | None = None) -> Any:
    """Hỏi số, ngày công văn đã ký và người duyệt rồi phát hành kỳ: từ đó các cơ quan phải báo cáo. Chưa gửi biểu mẫu:
    gửi bằng luồng “Gửi yêu cầu”."""
    parameters = parameters or Release()
    office = open_office()
    code = draft_to_release(office, parameters.cycle)
    question = release_question(office, code, parameters.instant())

    def do(said: SignedLetter) -> str:
        if not said.confirm:
            return f"Chưa phát hành kỳ {code}: người duyệt không xác nhận."
        return release_step(
            office, code, said.number, said.signed_on, parameters.instant(), actor=said.actor
        ).sentence

    return ended(ask_until_done(SignedLetter, question, do))
