"""What an operator does in the console: thresholds, another model, how the daemon is."""

from __future__ import annotations

import requests
from conftest import ROOT, shoot
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from helpers import (
    TEN,
    People,
    answer_dialog,
    complaints,
    enroll,
    facectl,
    pictures_are_there,
    press_button,
    says,
)


def test_strict_and_lenient(web: str, browser: webdriver.Chrome, people: People) -> None:
    for name, photos in list(people.items())[:4]:
        for photo in photos[:3]:
            enroll(web, photo, name)
    estimates = requests.post(f"{web}/v1/galleries/default/thresholds", json={}, timeout=60).json()["estimates"]
    browser.get(f"{web}/#/thresholds")
    says(browser, "of the pictures of 4 people")

    def slide(index: int) -> str:
        script = "const r = document.getElementById('rate'); r.value = arguments[0]; r.dispatchEvent(new Event('input'))"
        browser.execute_script(script, index)
        return browser.find_element(By.CSS_SELECTOR, "dl.facts").text

    for index in (0, len(estimates) - 1):
        told = slide(index)
        assert f"{estimates[index]['threshold']:.3f}" in told, told
        assert f"About {round(10_000 * estimates[index]['expectedFalsePositiveRate']):,} of 10,000" in told, told
    shoot(browser, "thresholds")
    assert float(browser.execute_script("return localStorage.getItem('falsePositiveRate')")) == 0.1
    # Too few people to calibrate on: said as the daemon says it.
    press_button(browser, "Calibrate on this gallery's people")
    says(browser, "too few")
    press_button(browser, "Use the daemon's own setting")
    assert browser.execute_script("return localStorage.getItem('falsePositiveRate')") is None


def test_moving_to_another_model_and_back(web: str, daemon: str, browser: webdriver.Chrome, people: People) -> None:
    for name, photos in list(people.items())[:5]:
        for photo in photos[:3]:
            enroll(web, photo, name)
    first = requests.get(f"{web}/v1/models", timeout=30).json()["models"][0]["name"]
    facectl(daemon, "model", "add", ROOT / "daemon/Models/previous.safetensors")
    browser.get(f"{web}/#/upgrade")
    says(browser, "in use")
    shoot(browser, "upgrade")
    press_button(browser, "Move to this model")
    answer_dialog(browser, "Yes")
    says(browser, "waits for your decision")
    says(browser, "Both models agree on")
    press_button(browser, "Show what would change")
    says(browser, "What the switch would change")
    changed = requests.get(f"{web}/v1/reindexJobs/latest/comparison", timeout=30).json().get("changed", [])
    pictures_are_there(browser, ".pair img", 3 * len(changed))
    shoot(browser, "upgrade-comparison")
    press_button(browser, "Switch now")
    says(browser, "done, 15 of 15 faces")
    shoot(browser, "upgrade-done")
    press_button(browser, "Go back to this model")
    answer_dialog(browser, "Yes")

    def is_back(_: webdriver.Chrome) -> bool:
        models = requests.get(f"{web}/v1/models", timeout=30).json()["models"]
        return next(model["name"] for model in models if model.get("active")) == first

    WebDriverWait(browser, 3 * TEN).until(is_back)
    assert complaints(browser) == []


def test_operation(web: str, browser: webdriver.Chrome, people: People) -> None:
    name, photos = next(iter(people.items()))
    enroll(web, photos[0], name)
    assert requests.get(f"{web}/v1/galleries/default/identities/77", timeout=30).status_code == 404
    browser.get(f"{web}/#/operation")
    says(browser, "serving")
    for part in ("whole call", "decode the picture", "find faces", "embed faces", "store"):
        says(browser, part)
    says(browser, "IDENTITY_NOT_FOUND")
    says(browser, "free")
    shoot(browser, "operation")
    assert complaints(browser) == []
