"""Difficulties and proposals as points: what most raise stands first, proposals by whom they are addressed to."""

from models.rules.report.narrative import Piece, Source
from models.rules.report.noted import Noted
from models.rules.report.points import NOBODY_NAMED, by_addressee, points
from models.rules.report.report_outline import Addressee

A, B, C = (Source(code, f"Sở {code}", "") for code in "ABC")
ADDRESSEES = [
    Addressee(name="Trung ương", words=["Trung ương", "các bộ", "Chính phủ"]),
    Addressee(name="Tỉnh", words=["UBND tỉnh"]),
    Addressee(name="Sở", words=["các sở", "Sở Tài chính"]),
]


def said(source: Source, text: str) -> Piece:
    return Piece("1.VIII", "VIII. KIẾN NGHỊ", text, "", source)


def test_each_line_is_a_point_without_its_bullet_and_what_most_raise_is_first() -> None:
    found = points(
        [
            said(A, "- Thiếu cán bộ.\n1) Thiếu kinh phí."),
            said(B, "+ Thiếu kinh phí"),
            said(C, "a) Đường truyền chậm."),
        ],
        [(Noted("Thiếu kinh phí."), C)],
    )
    assert [(p.variants[0].text.text, p.agencies) for p in found] == [
        ("Thiếu kinh phí.", 3),
        ("Thiếu cán bộ.", 1),
        ("Đường truyền chậm.", 1),
    ]


def test_a_bullet_alone_and_a_number_in_the_text_stay() -> None:
    found = points([said(A, "-\n5G chưa phủ sóng.\n(2) 10 xã thiếu máy.")])
    assert [p.variants[0].text.text for p in found] == ["-", "5G chưa phủ sóng.", "10 xã thiếu máy."]


def test_proposals_go_to_whom_they_name_first() -> None:
    found = points(
        [
            said(A, "Đề nghị UBND tỉnh chỉ đạo Sở Tài chính bố trí kinh phí."),
            said(B, "Đề nghị Sở Tài chính tham mưu UBND tỉnh."),
            said(C, "Đề nghị Các Bộ, ngành Trung ương hướng dẫn.\nĐề nghị quan tâm bố trí biên chế."),
        ]
    )
    groups = by_addressee(found, ADDRESSEES)
    assert [(g.name, [p.variants[0].text.text[:20] for p in g.points]) for g in groups] == [
        ("Trung ương", ["Đề nghị Các Bộ, ngàn"]),
        ("Tỉnh", ["Đề nghị UBND tỉnh ch"]),
        ("Sở", ["Đề nghị Sở Tài chính"]),
        (NOBODY_NAMED, ["Đề nghị quan tâm bố "]),
    ]


def test_a_name_inside_another_word_is_no_name() -> None:
    (group,) = by_addressee(points([said(A, "Đề nghị rà soát các sở hữu chung.")]), ADDRESSEES)
    assert group.name == "Sở"
    (group,) = by_addressee(points([said(A, "Đề nghị xem các sởi.")]), ADDRESSEES)
    assert group.name == NOBODY_NAMED
