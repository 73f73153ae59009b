"""What the console's stories have in common."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import requests
from conftest import PROGRAMS
from PIL import Image
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions as until
from selenium.webdriver.support.ui import WebDriverWait

People = dict[str, list[Path]]
TEN = 20


def enroll(web: str, path: Path, name: str) -> None:
    answer = requests.post(
        f"{web}/v1/galleries/default/enroll",
        params={"displayName": name, "source": path.name},
        data=path.read_bytes(),
        headers={"Content-Type": "image/jpeg"},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text


def identities(web: str) -> dict[str, int]:
    """Everybody's number of faces by name."""
    answer = requests.get(f"{web}/v1/galleries/default/identities", timeout=30).json()
    return {i["displayName"]: int(i.get("faceCount", 0)) for i in answer.get("identities", [])}


def names(web: str) -> list[str]:
    return list(identities(web))


def facectl(daemon: str, *arguments: object) -> str:
    command = [PROGRAMS / "facectl", "--address", daemon, *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def says(browser: webdriver.Chrome, text: str) -> None:
    WebDriverWait(browser, TEN).until(until.text_to_be_present_in_element((By.TAG_NAME, "body"), text))


def is_headed(browser: webdriver.Chrome, title: str) -> None:
    """A heading that goes while it is looked at is another view's."""
    WebDriverWait(browser, TEN).until(until.text_to_be_present_in_element((By.TAG_NAME, "h1"), title))


def patiently(browser: webdriver.Chrome, act: Callable[[webdriver.Chrome], object]) -> None:
    """Does something to an element, once more where the page was drawing it anew just then."""

    def done(browser: webdriver.Chrome) -> bool:
        act(browser)
        return True

    WebDriverWait(
        browser, TEN, ignored_exceptions=[StaleElementReferenceException, NoSuchElementException]
    ).until(done)


def press_button(browser: webdriver.Chrome, label: str) -> None:
    patiently(browser, lambda b: button(b, label).click())


def types(browser: webdriver.Chrome, field: str, text: str) -> None:
    """Types into the field of this id."""
    patiently(browser, lambda b: b.find_element(By.ID, field).send_keys(text))


def press(browser: webdriver.Chrome, selector: str, number: int, among: int) -> None:
    """Clicks one of so many; the page may be drawing them anew just then."""

    def pressed(browser: webdriver.Chrome) -> bool:
        found = browser.find_elements(By.CSS_SELECTOR, selector)
        if len(found) != among:
            return False
        found[number].click()
        return True

    WebDriverWait(browser, TEN, ignored_exceptions=[StaleElementReferenceException]).until(pressed)


def button(parent: webdriver.Chrome | WebElement, label: str) -> WebElement:
    return parent.find_element(By.XPATH, f'.//button[normalize-space()="{label}"]')


def answer_dialog(browser: webdriver.Chrome, label: str) -> None:
    button(browser.find_element(By.CSS_SELECTOR, "dialog[open]"), label).click()


def complaints(browser: webdriver.Chrome) -> list[str]:
    """What the browser's log says of scripts and of the content security policy."""
    return [e["message"] for e in browser.get_log("browser") if e["level"] == "SEVERE" and "favicon" not in e["message"]]


def pictures_are_there(browser: webdriver.Chrome, selector: str, count: int) -> None:
    WebDriverWait(browser, TEN).until(lambda b: len(b.find_elements(By.CSS_SELECTOR, selector)) == count)
    pictures = browser.find_elements(By.CSS_SELECTOR, selector)
    WebDriverWait(browser, TEN).until(lambda b: all(int(p.get_property("naturalWidth")) > 0 for p in pictures))


def write_film(path: Path, picture: Image.Image) -> None:
    """One second of a picture, as Y4M."""
    width, height = 640, 480
    picture = picture.convert("RGB")
    picture.thumbnail((width, height))
    frame = Image.new("RGB", (width, height), (90, 90, 90))
    frame.paste(picture, ((width - picture.width) // 2, (height - picture.height) // 2))
    y, cb, cr = (np.asarray(plane) for plane in frame.convert("YCbCr").split())
    data = b"FRAME\n" + y.tobytes() + cb[::2, ::2].tobytes() + cr[::2, ::2].tobytes()
    path.write_bytes(f"YUV4MPEG2 W{width} H{height} F30:1 Ip A1:1 C420jpeg\n".encode() + 30 * data)
