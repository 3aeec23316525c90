"""What who approves a release is asked: which draft, with its days, and who would have to report."""

from datetime import datetime

from sqlmodel import col, select

from models.codes import CycleState
from models.cycle import Cycle
from models.time import local_day, vn_date
from tasks.cycle.cycles import CycleFault, find_cycle, who_owes
from tasks.office import Office


def draft_to_release(office: Office, code: str) -> str:
    """The code of the draft to be released: the named one, or the only one there is.

    A cycle that is released already is returned as it is: releasing again with the same paper changes nothing.
    CycleFault when nothing is named and there is not exactly one draft.
    """
    with office.store.reading() as session:
        if code:
            return find_cycle(session, code).code
        drafts = list(
            session.exec(select(Cycle.code).where(Cycle.state == CycleState.DRAFT).order_by(col(Cycle.id)))
        )
    if len(drafts) == 1:
        return drafts[0]
    if not drafts:
        raise CycleFault("Không có kỳ nào ở dạng dự thảo để phát hành. Mở kỳ trước.")
    raise CycleFault(f"Có {len(drafts):02d} kỳ dự thảo: {', '.join(drafts)}. Ghi mã kỳ cần phát hành.")


def release_question(office: Office, code: str, now: datetime) -> str:
    """In Markdown: the cycle's days, and the Kính gửi list as it would be today."""
    with office.store.reading() as session:
        cycle = find_cycle(session, code)
        directory, owed = who_owes(session, cycle, local_day(now))
        agencies = {agency.code: agency for agency in directory.agencies.values()}
        asked = [agencies[one] for one in owed]
        said = (
            f"### Phát hành {cycle.name}\n\n"
            f"Mã kỳ **{cycle.code}**. Số liệu chốt ngày **{vn_date(cycle.as_of)}**; cơ quan, đơn vị, địa phương gửi "
            f"chậm nhất hết ngày **{vn_date(cycle.due)}**; tỉnh gửi chậm nhất hết ngày "
            f"**{vn_date(cycle.province_due)}**."
        )
        if cycle.state != CycleState.DRAFT:
            return f"{said}\n\nKỳ đã phát hành theo công văn số {cycle.document_number}."
    kinds = list(dict.fromkeys(agency.kind for agency in asked))
    by_kind = "\n".join(
        f"- {kind.label} ({len(names):02d}): {', '.join(names)}"
        for kind in kinds
        for names in [[agency.name for agency in asked if agency.kind is kind]]
    )
    return (
        f"{said}\n\n**Kính gửi {len(asked):02d} nơi:**\n\n{by_kind}\n\n"
        "Bỏ hoặc thêm nơi nhận: phát hành ở bàn làm việc của thư ký. "
        "Ghi số, ngày của công văn **đã ký**; sau khi phát hành, gửi biểu mẫu bằng luồng “Gửi yêu cầu”."
    )
