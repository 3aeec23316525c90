"""A file goes out under its name, whatever signs are in it; nothing in a name ends a header or begins another."""

import pytest

from portal.desk.files import sent_back
from portal.show import download


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("bieu-SNV.xlsx", 'attachment; filename="bieu-SNV.xlsx"'),
        (
            "bieu-SKHĐT.xlsx",
            "attachment; filename=\"bieu-SKH_T.xlsx\"; filename*=UTF-8''bieu-SKH%C4%90T.xlsx",
        ),
        (
            'a"\r\nX-Y: z.xlsx',
            "attachment; filename=\"a___X-Y_ z.xlsx\"; filename*=UTF-8''a%22%0D%0AX-Y%3A%20z.xlsx",
        ),
    ],
)
def test_a_file_is_kept_under_its_name(name: str, header: str) -> None:
    for answer in (download(b"x", name), sent_back(b"x", name)):
        assert answer.headers["content-disposition"] == header
