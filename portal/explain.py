"""An agency explains a contradiction that it was asked about. To mend it, it hands in another version."""

from fastapi import APIRouter
from fastapi.responses import Response

from models.fault import Fault
from models.rules.text import clean_lines
from portal import show
from portal.acts import Said
from portal.door import Here, held
from portal.pages import page_of
from tasks.discrepancies.acts import LONGEST, explain_own

ROUTER = APIRouter()


@ROUTER.post("/y/{token}/giai-trinh")
def explain_point(here: Here, said: Said) -> Response:
    """The explanation of one point; a later one takes its place, the earlier stays in the history."""
    number, answer = said.get("diem", ""), clean_lines(said.get("giai_trinh", "")[:LONGEST])
    point = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    try:
        with here.house.office.store.writing() as session:
            explain_own(session, held(session, here), point, answer, here.now)
    except Fault as fault:
        typed = {"diem": str(point), "giai_trinh": answer}
        return page_of(here, status=422, fault=str(fault), said=typed)
    return show.go_to(f"{here.path}?xong=giai-trinh#ket-qua")
