"""The accessibility check of a page in a browser: axe's own rules, WCAG 2.1 A and AA among them.

axe is injected by the driver, which the page's Content-Security-Policy does not stop.
"""

from functools import cache
from importlib.resources import files
from typing import Any

GRAVE = ("serious", "critical")

_RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {preload: false, resultTypes: ['violations']})
   .then(found => done(found.violations), fault => done(String(fault)));
"""


@cache
def _script() -> str:
    return (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")


def findings(driver: Any) -> list[str]:
    """What axe calls serious or critical on the page as it stands, a line for each element."""
    driver.execute_script(_script())
    driver.set_script_timeout(60)
    violations = driver.execute_async_script(_RUN)
    assert isinstance(violations, list), violations
    return [
        f"{found['id']} ({found['impact']}): {found['help']}: {' '.join(map(str, node['target']))}\n{node['html']}"
        for found in violations
        if found["impact"] in GRAVE
        for node in found["nodes"]
    ]


def assert_accessible(driver: Any) -> None:
    """No serious and no critical finding on the page as it stands."""
    found = findings(driver)
    assert not found, f"{driver.current_url}\n" + "\n".join(found)
