"""For everybody and on everything: keyboards, screen readers, telephones, the dark, large galleries, few rights."""

from __future__ import annotations

import json
from pathlib import Path

import axe_core_python
import numpy as np
import pytest
import requests
from conftest import PROGRAMS, WEB, make_browser, shoot, start
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions as until
from selenium.webdriver.support.ui import WebDriverWait

from helpers import (
    TEN,
    People,
    enroll,
    facectl,
    pictures_are_there,
    says,
    types,
)

VIEWS = ("who", "groups", "people", "people/1", "review", "thresholds", "upgrade", "operation")
AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text()
SCHEMES = {"light": "1", "dark": "0"}


def scheme(name: str) -> str:
    return f"--blink-settings=preferredColorScheme={SCHEMES[name]}"


def show(browser: webdriver.Chrome, web: str, view: str) -> None:
    browser.get(f"{web}/#/{view}")
    WebDriverWait(browser, TEN).until(until.presence_of_element_located((By.TAG_NAME, "h1")))
    # Until it is there: what is still looked for or measured says so with an ellipsis.
    waits = "return [...document.querySelectorAll('main [role=status]')].some((one) => one.textContent.endsWith('…'))"
    WebDriverWait(browser, 3 * TEN).until(lambda b: not b.execute_script(waits))


@pytest.mark.parametrize("colours", SCHEMES)
def test_axe_finds_nothing(web: str, people: People, colours: str) -> None:
    """Deque's axe: names of controls, contrast, structure, by WCAG 2 A and AA."""
    for name in list(people)[:3]:
        enroll(web, people[name][0], name)
        enroll(web, people[name][1], f"{name} again")
    browser = make_browser(scheme(colours))
    try:
        for view in VIEWS:
            show(browser, web, view)
            browser.execute_script(AXE)
            found = browser.execute_async_script(
                "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}).then(arguments[0])"
            )["violations"]
            told = [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]
            assert told == [], f"{view}: {json.dumps(told, indent=1)}"
    finally:
        browser.quit()


@pytest.mark.parametrize("colours", SCHEMES)
def test_a_telephone(web: str, people: People, colours: str) -> None:
    for name in list(people)[:3]:
        enroll(web, people[name][0], name)
        enroll(web, people[name][1], f"{name} again")
    browser = make_browser(scheme(colours))
    # Headless windows are 500 pixels wide at the least; the device's own width goes below.
    device = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", device)
    try:
        for view in VIEWS:
            show(browser, web, view)
            assert browser.execute_script("return window.innerWidth") == 360, view
            wide = browser.execute_script("return document.documentElement.scrollWidth")
            shoot(browser, f"360-{colours}-{view.replace('/', '-')}")
            assert wide <= 360, f"{view} is {wide} pixels wide"
    finally:
        browser.quit()


def test_by_keyboard_alone(web: str, browser: webdriver.Chrome, people: People) -> None:
    """From the address to a renamed person, a question answered with no, and a picker left: no mouse."""
    (ada, photos), (bob, others) = list(people.items())[:2]
    enroll(web, photos[0], ada)
    enroll(web, others[0], bob)
    show(browser, web, "people")

    def press(*keys: str) -> None:
        for key in keys:
            browser.switch_to.active_element.send_keys(key)

    def tab_to(text: str) -> None:
        for _ in range(60):
            press(Keys.TAB)
            if browser.switch_to.active_element.accessible_name.strip() == text:
                return
        raise AssertionError(f"no way by Tab to '{text}'")

    tab_to(f"{ada} 1 face")
    press(Keys.ENTER)
    says(browser, "Identity number 1")
    tab_to("New name")
    press(Keys.CONTROL + "a", "Ada King", Keys.ENTER)
    says(browser, "Renamed.")
    tab_to("Face 1, " + photos[0].name)
    press(Keys.SPACE)
    says(browser, "1 face is pressed.")
    tab_to("Delete this person")
    press(Keys.ENTER)
    # The careful answer has the focus, and Escape is another way to give it.
    assert browser.switch_to.active_element.text == "Cancel"
    press(Keys.ESCAPE)
    WebDriverWait(browser, TEN).until(until.invisibility_of_element_located((By.CSS_SELECTOR, "dialog")))
    assert browser.switch_to.active_element.text == "Delete this person"


def test_ten_thousand_people(web: str, daemon: str, browser: webdriver.Chrome, tmp_path: Path) -> None:
    vectors = np.random.default_rng(1).standard_normal((10_000, 128)).astype("<f4")
    np.save(tmp_path / "vectors.npy", vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    (tmp_path / "names.txt").write_text("".join(f"Person {number:05}\n" for number in range(10_000)))
    facectl(daemon, "import", "--vectors", tmp_path / "vectors.npy", "--names", tmp_path / "names.txt")
    browser.get(f"{web}/#/people")
    WebDriverWait(browser, 3 * TEN).until(until.text_to_be_present_in_element((By.TAG_NAME, "main"), "10,000 people"))
    says(browser, "Page 1 of 167")
    # Of so many people only a page is ever there, and of that only what is seen is asked about.
    assert len(browser.find_elements(By.CSS_SELECTOR, ".tile")) == 60
    browser.find_element(By.XPATH, "//button[text()='Next']").click()
    says(browser, "Page 2 of 167")
    assert "Person 00060" in browser.find_element(By.CSS_SELECTOR, ".tile").text
    asked = browser.execute_script(
        "return performance.getEntriesByType('resource').filter((one) => one.name.includes('/faces')).length"
    )
    assert asked < 120
    browser.find_element(By.CSS_SELECTOR, "input[type=search]").send_keys("Person 0999")
    says(browser, "10 people. Page 1 of 1")
    shoot(browser, "people-many")
    # A picker over all of them shows a few.
    browser.find_element(By.CSS_SELECTOR, ".tile a").click()
    says(browser, "Identity number")
    browser.find_element(By.XPATH, "//button[text()='Merge into somebody']").click()
    types(browser, "picked-name", "Person 01")
    assert len(browser.find_elements(By.CSS_SELECTOR, "dialog .matches li")) == 8


def test_crops_want_their_own_scope(people: People, tmp_path: Path) -> None:
    faced = [PROGRAMS / "faced", "--data", tmp_path / "data", "--address", "127.0.0.1:0", "--minimum-quality", "0"]
    daemon, address = start(*faced)
    name, photos = next(iter(people.items()))
    facectl(address, "enroll", photos[0], "--identity", name)
    tokens = {
        scopes: json.loads(facectl(address, "token", "create", "--scopes", scopes, "--json"))["token"]
        for scopes in ("read", "read,crops")
    }
    daemon.terminate()
    daemon.wait(30)
    daemon, address = start(*faced, "--require-token")
    server, web = start(WEB, "--daemon", address, "--address", "127.0.0.1:0")
    browser = make_browser()
    try:
        crop = f"{web}/v1/galleries/default/faces/1/crop"
        refused, shown = (requests.get(crop, headers={"x-api-key": token}, timeout=30) for token in tokens.values())
        assert refused.status_code == 403 and refused.json()["error"]["reason"] == "SCOPE_MISSING"
        assert shown.content[:2] == b"\xff\xd8" and shown.headers["Cache-Control"] == "no-store"
        for scopes, token in tokens.items():
            browser.delete_all_cookies()
            browser.get(f"{web}/#/people")
            browser.refresh()
            says(browser, "Sign in")
            types(browser, "token", token)
            browser.find_element(By.XPATH, "//button[text()='Sign in']").click()
            says(browser, name)
            asked = "return performance.getEntriesByType('resource').some((one) => one.name.endsWith('/crop'))"
            WebDriverWait(browser, TEN).until(lambda b: b.execute_script(asked))
            if "crops" in scopes:
                pictures_are_there(browser, ".tile img", 1)
            else:
                WebDriverWait(browser, TEN).until(until.invisibility_of_element_located((By.CSS_SELECTOR, ".tile img")))
        shoot(browser, "signed-in")
    finally:
        browser.quit()
        server.kill()
        daemon.kill()
