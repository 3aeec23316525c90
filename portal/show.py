"""Templates to answers."""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from portal.door import Visit
from templates import FOLDER

STYLE = (FOLDER / "web" / "style.css").read_bytes()
STYLE_NAME = f"kieu-{hashlib.sha256(STYLE).hexdigest()[:12]}.css"
"""The name changes with the content, so that browsers may keep it."""


def page(template: str, here: Visit, status: int = 200, **facts: Any) -> HTMLResponse:
    """A page to somebody whose link opens."""
    return HTMLResponse(
        render(template, {"base": here.house.base, "path": here.path, **facts}), status_code=status
    )


def sentence(text: str, status: int, base: str) -> HTMLResponse:
    """A page that says one sentence and nothing else."""
    return HTMLResponse(render("sentence", {"base": base, "path": "", "sentence": text}), status_code=status)


def go_to(address: str) -> RedirectResponse:
    """After an act: look at what became of it. Reloading that page repeats nothing."""
    return RedirectResponse(address, status_code=303)


_KINDS = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".csv": "text/csv; charset=utf-8",
}


def download(content: bytes, name: str) -> Response:
    """A file to keep; its kind by its name."""
    return Response(content, media_type=kind_of(name), headers=to_keep(name))


def kind_of(name: str) -> str:
    """The kind of a file by its name."""
    return _KINDS[name[name.rindex(".") :]]


def to_keep(name: str) -> dict[str, str]:
    """The header by which a browser keeps a file under its name, whatever signs are in it: codes of agencies and
    sections have Vietnamese letters, and a header has none."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._- ()") else "_" for sign in name)
    said = f'attachment; filename="{plain}"'
    return {
        "content-disposition": said if plain == name else f"{said}; filename*=UTF-8''{quote(name, safe='')}"
    }


def render(template: str, facts: Mapping[str, Any]) -> str:
    """The page as text."""
    return _environment().get_template(f"{template}.html.j2").render(style=STYLE_NAME, **facts)


def standalone(template: str, facts: Mapping[str, Any]) -> str:
    """A page that is kept as a file and opens without a server: the style is in it."""
    style = Markup(STYLE.decode())  # noqa: S704 - our own file
    return _environment().get_template(f"{template}.html.j2").render(css=style, **facts)


@cache
def _environment() -> Environment:
    return environment_of(FileSystemLoader(FOLDER / "web"))


def environment_of(loader: FileSystemLoader) -> Environment:
    """How every page is made: everything escaped, nothing undefined shown as nothing."""
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["unbroken"] = _unbroken
    environment.filters["two"] = lambda number: f"{number:02d}" if number else "0"
    return environment


_NUMBER_OF_DOCUMENT = re.compile(r"\S*\d-[^\s/]+/\S+")


def _unbroken(text: str) -> Markup:
    """The text with the numbers of documents (57-NQ/TW) each kept on one line."""
    kept, end = Markup(""), 0
    for found in _NUMBER_OF_DOCUMENT.finditer(text):
        kept += escape(text[end : found.start()]) + Markup('<span class="nb">{}</span>').format(found[0])
        end = found.end()
    return kept + escape(text[end:])
