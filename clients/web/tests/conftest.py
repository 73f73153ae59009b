"""A real daemon, a real web server before it, and a real browser."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from selenium import webdriver

ROOT = Path(__file__).parents[3]
PROGRAMS = Path(os.environ.get("PROGRAMS", ROOT / ".build/release"))
WEB = Path(os.environ.get("WEB", ROOT / "clients/web/.build/release/faced-web"))
SHOTS = Path(os.environ.get("SCREENSHOTS", ROOT / ".build/screenshots"))


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """The demonstration's drawn people: pictures by name."""
    output = tmp_path_factory.mktemp("demo") / "out"
    subprocess.run(
        [PROGRAMS / "facedemo", "--pictures-only", "--output", output], check=True, capture_output=True, cwd=ROOT
    )
    names = sorted(person.name for person in (output / "enroll").iterdir())
    return {name: sorted(output.glob(f"*/{name}/*.jpg"), key=lambda photo: photo.name) for name in names}


def start(*arguments: object) -> tuple[subprocess.Popen[str], str]:
    """A program that says `address …` and then `ready`."""
    program = subprocess.Popen([str(a) for a in arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert program.stdout is not None
    address = ""
    for line in program.stdout:
        if line.startswith("address "):
            address = line.split()[1]
        if line == "ready\n":
            return program, address
    raise AssertionError(f"{arguments[0]} ended before it was ready")


@pytest.fixture
def daemon(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A test may add arguments: `@pytest.mark.parametrize("daemon", [["--workers", "1"]], indirect=True)`."""
    program, address = start(
        PROGRAMS / "faced", "--data", tmp_path / "data", "--address", "127.0.0.1:0", "--minimum-quality", "0",
        *getattr(request, "param", []),
    )  # fmt: skip
    yield address
    program.terminate()
    program.wait(30)


@pytest.fixture
def web(daemon: str) -> Iterator[str]:
    program, address = start(WEB, "--daemon", daemon, "--address", "127.0.0.1:0", "--log-level", "warning")
    yield address
    program.terminate()
    program.wait(30)


def make_browser(*arguments: str) -> webdriver.Chrome:
    # Here, so that tests that need no browser need no driver either.
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--window-size=1200,900", *arguments):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    browser.implicitly_wait(10)
    return browser


@pytest.fixture
def browser() -> Iterator[webdriver.Chrome]:
    browser = make_browser()
    yield browser
    browser.quit()


def shoot(browser: webdriver.Chrome, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    browser.save_screenshot(str(SHOTS / f"{name}.png"))
