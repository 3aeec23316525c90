"""Ghi nhận phát hành báo cáo: number, day, signer and files of the issued report, typed in by who records it."""

from datetime import date
from typing import Any

from prefect import flow
from pydantic import Field

from flows.approval import Approval, ask_until_done
from flows.steps import CYCLE_TITLE, Parameters, ended
from tasks.console.issued_report import FOLDER, issued_file, publication_question, record_issued
from tasks.office import open_office


class Publish(Parameters):
    """Ghi nhận báo cáo tổng hợp của kỳ đã được ký, phát hành. Số, ngày, người ký hỏi ở bước sau."""

    cycle: str = Field(title=CYCLE_TITLE, description="Ví dụ bcd-quy-2026-Q1", min_length=1)


class IssuedReport(Approval):
    """Báo cáo đã ký"""

    number: str = Field(
        title="Số báo cáo", min_length=1, max_length=100, description="Đúng như trên bản ký, ví dụ 125-BC/BCĐ"
    )
    signed_on: date = Field(title="Ngày ký báo cáo")
    signer: str = Field(
        title="Người ký", min_length=2, max_length=200, description="Họ tên, có thể kèm chức vụ"
    )
    pdf: str = Field(
        title="Tệp PDF bản ký", max_length=200, description=f"Tên tệp đã chép vào thư mục {FOLDER} của dondoc"
    )
    word: str = Field(
        default="",
        title="Tệp Word bản ký",
        max_length=200,
        description="Nếu có: số liệu sửa tay trong bản Word được so với bản của hệ thống",
    )


@flow(
    name="Ghi nhận phát hành báo cáo",
    flow_run_name="Ghi nhận phát hành báo cáo {parameters.cycle}",
    persist_result=True,
)
def publish(parameters: Publish) -> Any:
    """Hỏi số, ngày, người ký và tên tệp bản ký rồi ghi nhận; ghi lại lần nữa là đính chính, bản sau có hiệu lực."""
    office = open_office()
    question = publication_question(office, parameters.cycle)

    def do(said: IssuedReport) -> str:
        return record_issued(
            office,
            parameters.cycle,
            number=said.number,
            signed_on=said.signed_on,
            signer=said.signer,
            pdf=issued_file(office, said.pdf),
            word=issued_file(office, said.word),
            actor=said.actor,
            now=parameters.instant(),
        )

    return ended(ask_until_done(IssuedReport, question, do))
