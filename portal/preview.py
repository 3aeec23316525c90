"""An annex as agencies will see it on their page, for whoever is marking it up: a file that opens without a server."""

from models.rules.annexes.annex import Annex
from portal.annex_form import annex_part
from portal.fields import Said
from portal.show import standalone


def annex_page(annex: Annex) -> str:
    """The HTML of the form page's section for this annex, with its style, marked as a preview."""
    return standalone("preview", {"part": annex_part(annex, Said(texts={}))})
