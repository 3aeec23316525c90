"""The commands about reports on other levels than the whole cycle, and about PDF."""

import click

from flows import clock
from flows.command_line import command, office


@click.group("report", subcommand_metavar="LỆNH [THAM SỐ]...", options_metavar="[TÙY CHỌN]")
def report_group() -> None:
    """Báo cáo theo cơ quan, theo lĩnh vực, so sánh hai kỳ; lập PDF (báo cáo chung: dondoc consolidate)."""


@command(report_group, "agency")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("agency", metavar="MÃ_CƠ_QUAN")
def report_agency(code: str, agency: str) -> None:
    """Lập phiếu kết quả (DOCX, XLSX) của một cơ quan trong kỳ."""
    from tasks.documents.levels import write_agency_report

    here = office()
    paths = write_agency_report(
        here.store, code, agency, here.settings.reports, actor=here.settings.actor, now=clock.now()
    )
    click.echo(f"Đã lập phiếu kết quả của {agency}, kỳ {code}.")
    for path in paths:
        click.echo(f"  {path}")


@command(report_group, "section")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("section", metavar="LĨNH_VỰC")
def report_section(code: str, section: str) -> None:
    """Lập báo cáo (DOCX, XLSX) của một lĩnh vực, ví dụ V; kỳ có nhiều danh mục: KH57-2026/V."""
    from tasks.documents.levels import write_section_report

    here = office()
    paths = write_section_report(
        here.store, code, section, here.settings.reports, actor=here.settings.actor, now=clock.now()
    )
    click.echo(f"Đã lập báo cáo lĩnh vực {section}, kỳ {code}.")
    for path in paths:
        click.echo(f"  {path}")


@command(report_group, "compare")
@click.argument("code", metavar="MÃ_KỲ")
@click.option("--with", "earlier", metavar="MÃ_KỲ_TRƯỚC", default="", help="Kỳ để so; trống: kỳ liền trước.")
def report_compare(code: str, earlier: str) -> None:
    """So sánh (DOCX, XLSX) một kỳ với kỳ trước: việc gì tiến triển, chậm lại, mở lại; chỉ tiêu hai kỳ."""
    from tasks.documents.levels import write_comparison

    here = office()
    before, paths = write_comparison(
        here.store, code, earlier, here.settings.reports, actor=here.settings.actor, now=clock.now()
    )
    click.echo(f"Đã so sánh kỳ {code} với kỳ {before}.")
    for path in paths:
        click.echo(f"  {path}")


@command(report_group, "pdf")
@click.argument("code", metavar="MÃ_KỲ")
@click.argument("file_name", metavar="[TÊN_TỆP]", default="")
def report_pdf(code: str, file_name: str) -> None:
    """Lập PDF của văn bản đã lập trong kỳ (trống: báo cáo tổng hợp); cần LibreOffice trên máy này."""
    from tasks.documents.kept import write_pdf

    click.echo(f"Đã lập {write_pdf(office(), code, file_name)}")
