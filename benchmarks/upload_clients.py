"""Officers at their machines, so many at a time, who hand in workbooks as a browser does.

Each upload is a connection of its own: the file as a form's field (multipart), the answer read to its end, and where
that is a redirect, the page it leads to over the same connection. Plain sockets of the standard library: what the
clients cost is the machine's too, and is the same for every server.
"""

import re
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Lock
from time import monotonic, perf_counter

from benchmarks.upload_province import Place, Upload

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_WAIT = 60.0
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Manners:
    """What a server wants with every upload: other fields of its form, and headers."""

    fields: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def manners_of_django(port: int, place: Place) -> Manners:
    """The form's token and its cookie, as the browser gets them when it opens the form for the first time."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_LONGEST_WAIT)
    connection.request("GET", f"/y/{place.token}/nop")
    answer = connection.getresponse()
    cookie, found = str(answer.headers["set-cookie"]).partition(";")[0], _TOKEN.search(answer.read().decode())
    connection.close()
    return Manners({"csrfmiddlewaretoken": found[1] if found else ""}, {"cookie": cookie})


class Clients:
    """So many at once, at the server on this port; an upload counts when its page says `said`."""

    def __init__(self, port: int, said: str, uploads: Iterator[Upload], many: int, manners: Manners) -> None:
        self._port, self._said, self._uploads, self._many = port, said, uploads, many
        self._manners = manners
        self._lock = Lock()
        self.failures: Counter[str] = Counter()

    def work(self, seconds: float) -> list[float]:
        """What each upload took, of those begun within so many seconds."""
        until = monotonic() + seconds
        with ThreadPoolExecutor(self._many) as threads:
            return [t for done in threads.map(self._one_client, [until] * self._many) for t in done]

    def _one_client(self, until: float) -> list[float]:
        times = []
        while monotonic() < until:
            with self._lock:
                upload = next(self._uploads, None)
            if upload is None:
                break
            content = upload.file.read_bytes()
            began = perf_counter()
            fault = self._hand_in(upload.place, upload.file.name, content)
            times += [perf_counter() - began] if not fault else []
            if fault:
                with self._lock:
                    self.failures[fault] += 1
        return times

    def _hand_in(self, place: Place, name: str, content: bytes) -> str:
        """ "" when the page says that it was accepted, else what went wrong."""
        number = place.request_id
        headers = {
            **self._manners.headers,
            "x-forwarded-for": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
        }
        kind, body = _multipart(self._manners.fields, name, content)
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_LONGEST_WAIT)
        try:
            connection.request("POST", f"/y/{place.token}/nop", body, {**headers, "content-type": kind})
            answer, page = _read(connection)
            if answer.status == 303:
                where = str(answer.headers["location"]).partition("#")[0]
                connection.request("GET", where, headers=headers)
                answer, page = _read(connection)
        except (OSError, HTTPException) as error:
            return type(error).__name__
        finally:
            connection.close()
        return "" if answer.status == 200 and self._said in page else f"status {answer.status}"


def _read(connection: HTTPConnection) -> tuple[HTTPResponse, str]:
    answer = connection.getresponse()
    return answer, answer.read().decode()


def _multipart(fields: Mapping[str, str], name: str, content: bytes) -> tuple[str, bytes]:
    """The form as a browser sends it, and its content type."""
    mark = f"----form{secrets.token_hex(8)}"
    said = "".join(
        f'--{mark}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{text}\r\n'
        for field, text in fields.items()
    )
    file = f'--{mark}\r\nContent-Disposition: form-data; name="tep"; filename="{name}"\r\nContent-Type: {_XLSX}\r\n\r\n'
    return f"multipart/form-data; boundary={mark}", b"".join(
        (said.encode(), file.encode(), content, f"\r\n--{mark}--\r\n".encode())
    )
