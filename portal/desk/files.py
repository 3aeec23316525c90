"""Files as they came, given back to be kept; whatever they are, no browser runs them."""

from fastapi.responses import Response

from portal import show


def sent_back(content: bytes, name: str) -> Response:
    """A file to keep, under the name it came with."""
    return Response(content, media_type="application/octet-stream", headers=show.to_keep(name or "tep"))
