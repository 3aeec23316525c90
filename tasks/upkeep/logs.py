"""How this program's logs are written: lines for a person, or one JSON object a line for a collector."""

import json
import logging
from datetime import UTC, datetime

from tasks.settings import Settings

TEXT = "%(asctime)s %(name)s %(levelname)s %(message)s"


class JsonLines(logging.Formatter):
    """One object a line: when (UTC), how grave, who says it, what; where something tripped, its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


def set_up_logs(settings: Settings) -> None:
    """Send everything from INFO on to standard error, as the settings say. Calling it again changes nothing."""
    root = logging.getLogger()
    if root.handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if settings.log_format == "json" else logging.Formatter(TEXT))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for chatty in ("httpx", "httpcore", "apprise", "alembic.runtime.plugins"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
