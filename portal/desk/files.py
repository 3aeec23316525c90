"""Files as they came, given back to be kept; whatever they are, no browser runs them."""

from urllib.parse import quote

from fastapi.responses import Response


def sent_back(content: bytes, name: str) -> Response:
    """A file to keep, under the name it came with."""
    plain = "".join(
        letter if (letter.isascii() and letter.isalnum()) or letter in "._-" else "_" for letter in name
    )
    return Response(
        content,
        media_type="application/octet-stream",
        headers={
            "content-disposition": f"attachment; filename=\"{plain or 'tep'}\"; filename*=UTF-8''{quote(name, safe='')}"
        },
    )
