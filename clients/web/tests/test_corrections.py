"""Merging, moving, splitting and undoing in the console, and its work list."""

from __future__ import annotations

import pytest
import requests
from conftest import shoot
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from helpers import (
    TEN,
    People,
    answer_dialog,
    button,
    complaints,
    enroll,
    identities,
    is_headed,
    pictures_are_there,
    press,
    press_button,
    says,
    types,
)


def becomes(web: str, browser: webdriver.Chrome, wanted: dict[str, int]) -> None:
    WebDriverWait(browser, TEN).until(lambda b: identities(web) == wanted, f"{identities(web)}, not {wanted}")


def test_move_split_merge_and_undo(web: str, browser: webdriver.Chrome, people: People) -> None:
    (ada, ada_photos), (bob, bob_photos) = list(people.items())[:2]
    for photo in [*ada_photos[:2], bob_photos[0]]:
        enroll(web, photo, ada)
    enroll(web, bob_photos[1], bob)
    browser.get(f"{web}/#/people/1")
    pictures_are_there(browser, ".tile img", 3)

    # Move: one face is pressed and given to whom it is of.
    press(browser, ".tile .toggle", 2, among=3)
    says(browser, "1 face is pressed.")
    shoot(browser, "person-pressed")
    press_button(browser, "Give to somebody else")
    types(browser, "picked-name", bob[:-1])
    shoot(browser, "picker")
    answer_dialog(browser, bob)
    says(browser, f"1 face belongs to {bob} now.")
    becomes(web, browser, {ada: 2, bob: 2})
    button(browser.find_element(By.ID, "toasts"), "Undo").click()
    says(browser, "Undone.")
    becomes(web, browser, {ada: 3, bob: 1})

    # Split: pressed faces become a new person.
    press(browser, ".tile .toggle", 2, among=3)
    press_button(browser, "Give to somebody else")
    types(browser, "picked-name", "Somebody new")
    answer_dialog(browser, "Add a new person")
    says(browser, "Somebody new is new, with 1 face.")
    becomes(web, browser, {ada: 2, bob: 1, "Somebody new": 1})

    # Merge: with a plain question, which may be answered with no.
    new = [i for i in requests.get(f"{web}/v1/galleries/default/identities", timeout=30).json()["identities"]][-1]
    browser.get(f"{web}/#/people/{new['name'].split('/')[-1]}")
    for answer in ("Cancel", "Yes"):
        is_headed(browser, "Somebody new")
        press_button(browser, "Merge into somebody")
        types(browser, "picked-name", bob)
        answer_dialog(browser, bob)
        says(browser, f"Give all faces of Somebody new to {bob}?")
        answer_dialog(browser, answer)
    becomes(web, browser, {ada: 2, bob: 2})
    says(browser, f"Somebody new is {bob} now.")

    # Everything that was done is in the history, with its way back.
    browser.get(f"{web}/#/review")
    says(browser, "was merged into")
    shoot(browser, "history")
    undo = browser.find_element(By.CSS_SELECTOR, "button[aria-label^='Undo correction']")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", undo)
    undo.click()
    becomes(web, browser, {ada: 2, bob: 1, "Somebody new": 1})
    assert complaints(browser) == []


# Drawn people are more alike than real ones, so the server asks for fewer strangers.
@pytest.mark.parametrize("daemon", [["--false-positive-rate", "0.00001"]], indirect=True)
def test_the_work_list(web: str, browser: webdriver.Chrome, people: People) -> None:
    (ada, ada_photos), (bob, bob_photos) = [(name, people[name]) for name in ("Person 13", "Person 14")]
    for photo in ada_photos[:2]:
        enroll(web, photo, ada)
    for photo in ada_photos[2:4]:
        enroll(web, photo, "Ada again")
    # So many of his own that one of hers does not make the two look like one.
    for photo in [*bob_photos[:7], ada_photos[4]]:
        enroll(web, photo, bob)
    browser.get(f"{web}/#/review")
    says(browser, "Perhaps the same person")
    says(browser, "Perhaps under a wrong name")
    WebDriverWait(browser, TEN).until(lambda b: len(b.find_elements(By.CSS_SELECTOR, ".pair img")) >= 4)
    shoot(browser, "work-list")

    # A face under a wrong name goes where it belongs.
    wrong = browser.find_element(By.CSS_SELECTOR, "section[aria-label='Perhaps under a wrong name'] .finding")
    wrong.find_element(By.CSS_SELECTOR, "button.main").click()
    says(browser, "1 face belongs to")
    WebDriverWait(browser, TEN).until(lambda b: identities(web)[bob] == 7)

    # Two people who are one are merged; it is undone, and noted that they are different.
    duplicate = "section[aria-label='Perhaps the same person'] .finding"
    WebDriverWait(browser, TEN).until(lambda b: len(b.find_elements(By.CSS_SELECTOR, duplicate)) == 1)
    browser.find_element(By.CSS_SELECTOR, f"{duplicate} button.main").click()
    answer_dialog(browser, "Yes")
    WebDriverWait(browser, TEN).until(lambda b: len(identities(web)) == 2)
    browser.find_elements(By.XPATH, "//div[@id='toasts']//button[text()='Undo']")[-1].click()
    WebDriverWait(browser, TEN).until(lambda b: len(identities(web)) == 3)
    WebDriverWait(browser, TEN).until(lambda b: len(b.find_elements(By.CSS_SELECTOR, duplicate)) == 1)
    button(browser.find_element(By.CSS_SELECTOR, duplicate), "They are different people").click()
    answer_dialog(browser, "Yes")
    WebDriverWait(browser, TEN).until(lambda b: not b.find_elements(By.CSS_SELECTOR, duplicate))
    pairs = requests.get(f"{web}/v1/galleries/default/apart", timeout=30).json()["pairs"]
    assert {pairs[0]["firstDisplayName"], pairs[0]["secondDisplayName"]} == {ada, "Ada again"}
    assert complaints(browser) == []
