"""Every figure of the report, recounted from the rows of the database by SQL, with none of our functions."""

import io
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from docx import Document
from province import CYCLE, Province
from told_cycle import tell, told_report

AS_OF = date(2026, 3, 14)
CLASSES = ("on time", "late", "open", "recurring", "off", "behind", "out", "silent")  # as the columns stand
DATED = ("date",)

TASKS = """
SELECT a.id, r.code || '/' || a.key AS row_key, v.section, v.section_name, v.deadline_kind AS kind, v.due,
       la.code AS lead, a.lead_group_id AS lead_group
FROM assignment a JOIN register r ON r.id = a.register_id
JOIN assignment_revision v ON v.assignment_id = a.id AND v.no = a.revision_no
LEFT JOIN agency la ON la.id = a.lead_agency_id
WHERE NOT a.withheld ORDER BY v.position
"""
WORDS = """
SELECT w.assignment_id, g.code AS agency, w.status, w.completed_on
FROM assignment_report w JOIN submission s ON s.id = w.submission_id JOIN request q ON q.id = s.request_id
JOIN agency g ON g.id = q.agency_id JOIN cycle c ON c.id = q.cycle_id
WHERE c.code = :cycle
AND s.id = (SELECT MAX(o.id) FROM submission o WHERE o.request_id = q.id AND o.verdict = 'accepted')
"""
BORNE = """
SELECT DISTINCT v.assignment_id, g.code AS agency
FROM request_item i JOIN request q ON q.id = i.request_id JOIN agency g ON g.id = q.agency_id
JOIN assignment_revision v ON v.id = i.assignment_revision_id JOIN cycle c ON c.id = q.cycle_id WHERE c.code = :cycle
"""
NAMES = "SELECT code, name FROM agency"
FIGURES = """
SELECT v.section, v.section_name, v.target_comparator AS comparator, v.target_value AS target, f.raw, f.value
FROM indicator n JOIN indicator_revision v ON v.indicator_id = n.id AND v.no = n.revision_no
LEFT JOIN (SELECT x.* FROM indicator_report x JOIN submission s ON s.id = x.submission_id
           WHERE s.verdict = 'accepted') f ON f.indicator_id = n.id
ORDER BY v.position
"""
REQUESTS = "SELECT q.state, q.complete_at, q.due FROM request q JOIN cycle c ON c.id = q.cycle_id WHERE c.code = :cycle"


@dataclass(frozen=True)
class Told:
    """The report's paragraphs, and its tables by what stands above them."""

    paragraphs: list[str]
    tables: dict[str, list[list[str]]]

    def rows(self, title: str) -> dict[str, list[str]]:
        """The rows of a table by their first cell."""
        (found,) = (table for caption, table in self.tables.items() if title in caption)
        return {row[0].replace("\n", " "): row for row in found}


@pytest.fixture
def told(few_both: Province) -> tuple[Province, Told]:
    tell(few_both)
    content = told_report(few_both)
    document = Document(io.BytesIO(content))
    tables: dict[str, list[list[str]]] = {}
    caption = ""
    for element in document.element.body:
        if element.tag.endswith("}p"):
            text = "".join(t.text or "" for t in element.iter() if t.tag.endswith("}t"))
            caption = text if text.startswith("Biểu ") else caption
        elif element.tag.endswith("}tbl") and caption:
            rows = [
                [
                    "".join(t.text or "" for t in cell.iter() if t.tag.endswith("}t"))
                    for cell in row.findall("{*}tc")
                ]
                for row in element.findall("{*}tr")
            ]
            tables.setdefault(caption, rows)
            caption = ""
    return few_both, Told([paragraph.text for paragraph in document.paragraphs], tables)


def rows_of(province: Province, sql: str) -> list[Any]:
    with province.store.engine.connect() as connection:
        return list(connection.execute(sa.text(sql), {"cycle": CYCLE} if ":cycle" in sql else {}).mappings())


def as_day(value: Any) -> date | None:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


def class_of(task: Any, word: Any) -> str:
    """One agency's word on one task, on 14/3/2026; nothing of it is due before."""
    if word is not None and word["status"] == "complete" and (as_day(word["completed_on"]) or AS_OF) <= AS_OF:
        return "on time"
    assert task["due"] is None or (as_day(task["due"]) or AS_OF) >= AS_OF
    if word is None or word["status"] is None:
        return "silent"
    if task["kind"] == "recurring":
        return "recurring" if word["status"] in ("on_schedule", "complete") else "off"
    return "behind" if word["status"] in ("behind", "off_schedule") else "open"


def classes(province: Province) -> tuple[list[tuple[Any, str]], dict[str, list[tuple[Any, str]]]]:
    """Every task with its class; every agency's own tasks with theirs."""
    words = {(row["assignment_id"], row["agency"]): row for row in rows_of(province, WORDS)}
    borne: dict[int, list[str]] = {}
    for row in rows_of(province, BORNE):
        borne.setdefault(row["assignment_id"], []).append(row["agency"])
    whole, own = [], {}
    for task in rows_of(province, TASKS):
        of = {code: class_of(task, words.get((task["id"], code))) for code in borne.get(task["id"], [])}
        if task["lead_group"] is None:
            mine = class_of(task, words.get((task["id"], task["lead"])))
            of.setdefault(task["lead"], mine)
        else:
            spoken = set(of.values()) - {"silent"}
            mine = "silent" if not spoken else "behind" if "behind" in spoken else "open"
            mine = "on time" if of and set(of.values()) == {"on time"} else mine
        whole.append((task, mine))
        for code, said in of.items():
            shared = task["lead_group"] is None and said == "silent" and mine == "on time"
            own.setdefault(code, []).append((task, mine if shared else said))
    return whole, own


def cells(found: list[tuple[Any, str]]) -> list[str]:
    """A row of the narrow table: total, classes, completed of those with a deadline."""
    counts = Counter(said for _, said in found)
    dated = [(task, said) for task, said in found if task["kind"] == "date"]
    done, total = sum(said == "on time" for _, said in dated), len(dated)
    share = f"{done * 1000 / total / 10:.1f}".rstrip("0").rstrip(".").replace(".", ",") if total else ""
    ratio = f"{done}/{total} ({share}%)" if total else "0/0"
    return [str(len(found)), *(str(counts[name]) for name in CLASSES), ratio]


def test_tasks_by_register_section_and_quarter(told: tuple[Province, Told]) -> None:
    province, report = told
    whole, _ = classes(province)
    assert len(whole) == 36  # one is withheld
    rows = report.rows("theo văn bản, lĩnh vực")
    assert rows["Toàn bộ nhiệm vụ"][1:] == cells(whole)
    sections = {f"{task['section']}. {task['section_name']}": [] for task, _ in whole}
    for task, said in whole:
        sections[f"{task['section']}. {task['section_name']}"].append((task, said))
    assert len(sections) == 8
    for name, of in sections.items():
        assert rows[name][1:] == cells(of), name
    for quarter, first, last in (("Quý I/2026", 1, 3), ("Quý II/2026", 4, 6), ("Quý IV/2026", 10, 12)):
        due = [
            (t, said) for t, said in whole if t["due"] and first <= (as_day(t["due"]) or AS_OF).month <= last
        ]
        assert rows[quarter][1:] == cells(due), quarter


def test_tasks_by_agency(told: tuple[Province, Told]) -> None:
    province, report = told
    _, own = classes(province)
    names = {row["code"]: row["name"] for row in rows_of(province, NAMES)}
    rows = report.rows("theo cơ quan chủ trì")
    assert {"SNV", "SKHCN", "STC", "3127"} <= set(own)
    for code, of in own.items():
        assert rows[names[code]][1:] == cells(of), code
    assert len(rows) == len(own) + 1


def test_the_sentences_say_the_same(told: tuple[Province, Told]) -> None:
    province, report = told
    whole, _ = classes(province)
    counts = Counter((said, task["kind"] == "date") for task, said in whole)
    (sentence,) = (text for text in report.paragraphs if text.startswith("- Tổng số nhiệm vụ"))
    assert sum(int(n) for n in re.findall(r"(\d+) nhiệm vụ", sentence)[1:]) == len(whole)
    said = {
        "đã hoàn thành": counts["on time", True] + counts["on time", False],
        "thường xuyên bảo đảm tiến độ": counts["recurring", False],
        "thường xuyên chưa bảo đảm tiến độ": counts["off", False],
        "chậm, quá hạn": counts["behind", True],
        "chưa có báo cáo": counts["silent", True] + counts["silent", False],
    }
    for words, count in said.items():
        assert count > 0
        assert f"{count:02d} nhiệm vụ {words}" in sentence
    (withheld,) = (text for text in report.paragraphs if "không đưa lên hệ thống, được" in text)
    assert "01 nhiệm vụ" in withheld
    good = sum(said in ("on time", "open", "recurring") for _, said in whole)
    assert any(
        f"bảo đảm tiến độ trên tổng số nhiệm vụ là {good}/{len(whole)} (" in text
        for text in report.paragraphs
    )


def test_tables_of_tasks_have_every_such_task_and_no_other(told: tuple[Province, Told]) -> None:
    province, report = told
    whole, _ = classes(province)
    keys = {said: {t["row_key"].partition("/")[2] for t, of in whole if of == said} for _, said in whole}
    done = {key for key in report.rows("đã hoàn thành") if "." in key}
    behind = {key for key in report.rows("chậm, quá hạn") if "." in key}
    assert done == keys["on time"]
    assert behind == keys["behind"] | keys["off"]


def test_indicators(told: tuple[Province, Told]) -> None:
    province, report = told
    figures = rows_of(province, FIGURES)
    rows = report.rows("chỉ tiêu theo lĩnh vực")
    sections = dict.fromkeys(f"{row['section']}. {row['section_name']}" for row in figures)
    for name in [*sections, "Cộng"]:
        of = [row for row in figures if name in ("Cộng", f"{row['section']}. {row['section_name']}")]
        known = [row for row in of if row["raw"] and row["raw"] != "chưa có số liệu"]
        met = [_met(row) for row in known]
        expected = [len(of), len(known), met.count(True), met.count(False), len(of) - len(known)]
        assert rows[name][1:] == [str(count) for count in expected], name
    listed = report.rows("so với mục tiêu")
    assert len([row for row in listed if row.isdigit()]) == len(figures) == 46
    known = sum(bool(row["raw"]) and row["raw"] != "chưa có số liệu" for row in figures)
    assert known == 6
    assert any(
        f"{known:02d} chỉ tiêu đã có số liệu, {46 - known} chỉ tiêu chưa có" in t for t in report.paragraphs
    )


def _met(row: Any) -> bool | None:
    if row["value"] is None or row["target"] is None:
        return None
    value, target = float(row["value"]), float(row["target"])
    match row["comparator"]:
        case ">=":
            return value >= target
        case ">":
            return value > target
        case _:
            return True if value == target else None


def test_submissions(told: tuple[Province, Told]) -> None:
    province, report = told
    states = Counter(row["state"] for row in rows_of(province, REQUESTS))
    assert states == {"complete": 2, "incomplete": 1, "sent": 1}
    assert any(
        "Đã nhận 03/04 báo cáo; còn 01 cơ quan, đơn vị chưa gửi. Trong 03 báo cáo đã nhận có 01 báo cáo đạt yêu cầu "
        "đúng hạn, 01 báo cáo đạt yêu cầu sau hạn, 01 báo cáo chờ hoàn thiện." in text
        for text in report.paragraphs
    )
    late = report.rows("chưa gửi, chưa hoàn thiện")
    assert {"Chưa gửi báo cáo (1)", "Đã gửi, chờ hoàn thiện (1)", "Gửi sau hạn (1)"} <= set(late)
