"""A real Chromium and the person before it.

Screenshots are kept for a person to look at: in DONDOC_SCREENSHOTS, else beside the test's own files.
"""

import base64
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCREENSHOTS = os.environ.get("DONDOC_SCREENSHOTS")  # read before a test hides the machine's settings
DESK = (1200, 900)
PHONE = (360, 740)


class Browser:
    """A Chromium window and the person before it."""

    def __init__(self, driver: webdriver.Chrome, folder: Path) -> None:
        self.driver = driver
        self._folder = folder
        self._number = 0

    def open(self, address: str) -> None:
        self.driver.get(address)

    def window(self, width: int, height: int) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def look(self, name: str, *, whole: bool = False) -> None:
        """Keep a picture: of the window, or of the whole page. Nothing may stick out at the side."""
        self._number += 1
        overflow = self.driver.execute_script(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{name}: {overflow} px stick out"
        shot = {"format": "png", "captureBeyondViewport": whole}
        picture: dict[str, str] = self.driver.execute_cdp_cmd("Page.captureScreenshot", shot)
        path = self._folder / f"{self._number:02d}-{name}.png"
        path.write_bytes(base64.b64decode(picture["data"]))

    def find(self, css: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def named(self, name: str) -> WebElement:
        return self.driver.find_element(By.NAME, name)

    def press(self, label: str) -> None:
        """Press the button or follow the link that a person would, by its words, and wait for the page it leads to."""
        path = f"//button[normalize-space()='{label}'] | //a[normalize-space()='{label}']"
        self.follow(self.driver.find_element(By.XPATH, path))

    def follow(self, element: WebElement) -> None:
        """Press this button or link, and wait for the page it leads to."""
        self.driver.execute_script("window.pressed = true")  # gone with the page that is left
        element.click()
        WebDriverWait(self.driver, 30, ignored_exceptions=(WebDriverException,)).until(
            lambda driver: driver.execute_script(
                "return window.pressed !== true && document.readyState === 'complete'"
            )
        )

    def touch(self, element: WebElement) -> None:
        """Press something that leads to no other page, brought to the middle of the window first: a bar lies over the
        lower edge."""
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def retype(self, field: WebElement, text: str) -> None:
        field.clear()
        field.send_keys(text)

    def top_of(self, element: WebElement) -> float:
        """Where an element begins in the window, in pixels from its top."""
        top: float = self.driver.execute_script("return arguments[0].getBoundingClientRect().top", element)
        return top

    @property
    def text(self) -> str:
        return self.find("body").text


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        pytest.skip("không có chromium và chromedriver")
    folder = Path(SCREENSHOTS or tmp_path / "anh")
    folder.mkdir(parents=True, exist_ok=True)
    options = Options()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'ho-so'}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service(chromedriver))
    try:
        yield Browser(driver, folder)
    finally:
        driver.quit()
