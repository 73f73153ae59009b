"""The console's stories in a browser."""

from __future__ import annotations

import io
from pathlib import Path

import requests
from conftest import make_browser, shoot
from PIL import Image
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as until
from selenium.webdriver.support.ui import WebDriverWait

from helpers import (
    TEN,
    People,
    answer_dialog,
    complaints,
    enroll,
    identities,
    names,
    pictures_are_there,
    press_button,
    says,
    types,
    write_film,
)


def test_who_is_this(web: str, browser: webdriver.Chrome, people: People) -> None:
    (ada, ada_photos), (_, stranger) = list(people.items())[:2]
    browser.get(web)
    says(browser, "Drop pictures here")
    files = browser.find_element(By.ID, "files")
    files.send_keys(str(ada_photos[0]))
    says(browser, "Nobody is enrolled yet.")
    shoot(browser, "who-empty")

    press_button(browser, "Add to a person")
    types(browser, "picked-name", ada)
    answer_dialog(browser, "Add a new person")
    says(browser, f"Added to {ada}.")
    assert names(web) == [ada]

    files.send_keys(str(ada_photos[0]))
    WebDriverWait(browser, TEN).until(until.presence_of_element_located((By.CSS_SELECTOR, ".box.known")))
    says(browser, f"Face 1: {ada}")
    # Drawn people are more alike than real ones, so whether this one is unknown is not asked here.
    files.send_keys(str(stranger[0]))
    WebDriverWait(browser, TEN).until(lambda b: len(b.find_elements(By.CSS_SELECTOR, "section .name")) == 3)
    shoot(browser, "who")
    assert complaints(browser) == []


def test_people(web: str, browser: webdriver.Chrome, people: People) -> None:
    wanted = list(people)[:4]
    for name in wanted:
        for photo in people[name][:2]:
            enroll(web, photo, name)
    browser.get(f"{web}/#/people")
    says(browser, "4 people")
    pictures_are_there(browser, ".tile img", 4)
    shoot(browser, "people")
    browser.find_element(By.CSS_SELECTOR, "input[type=search]").send_keys(wanted[1])
    browser.find_element(By.LINK_TEXT, f"{wanted[1]}\n2 faces").click()
    says(browser, "Identity number 2")
    shoot(browser, "person")

    field = browser.find_element(By.CSS_SELECTOR, "input[type=text]")
    field.clear()
    field.send_keys("Ada Lovelace")
    browser.find_element(By.XPATH, "//button[text()='Rename']").click()
    says(browser, "Renamed.")
    assert "Ada Lovelace" in names(web)

    browser.find_element(By.XPATH, "//li[contains(@class,'tile')]//button[text()='Delete']").click()
    browser.find_element(By.XPATH, "//dialog//button[text()='Yes']").click()
    says(browser, "1 face")
    browser.find_element(By.XPATH, "//button[text()='Delete this person']").click()
    browser.find_element(By.XPATH, "//dialog//button[text()='Cancel']").click()
    assert "Ada Lovelace" in names(web)
    browser.find_element(By.XPATH, "//button[text()='Delete this person']").click()
    browser.find_element(By.XPATH, "//dialog//button[text()='Yes']").click()
    says(browser, "3 people")
    assert names(web) == [wanted[0], wanted[2], wanted[3]]
    assert complaints(browser) == []


def test_the_camera(web: str, people: People, tmp_path: Path) -> None:
    (ada, ada_photos), (bob, bob_photos) = list(people.items())[:2]
    enroll(web, ada_photos[0], ada)
    enroll(web, bob_photos[0], bob)
    film = tmp_path / "camera.y4m"
    write_film(film, Image.open(ada_photos[0]))
    browser = make_browser(
        "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={film}"
    )
    try:
        browser.get(web)
        browser.find_element(By.ID, "camera").click()
        WebDriverWait(browser, 2 * TEN).until(until.presence_of_element_located((By.CSS_SELECTOR, ".stage .box.known")))
        says(browser, ada)
        shoot(browser, "camera")
        # Two clicks while the film runs: the face, and whom it is. The nearest people are offered first.
        press_button(browser, "Add to a person")
        offered = browser.find_elements(By.CSS_SELECTOR, "dialog[open] .matches[aria-label=Offered] button")
        assert offered[0].text.startswith(f"{ada} (")
        shoot(browser, "camera-add")
        offered[0].click()
        says(browser, f"Added to {ada}.")
        assert identities(web)[ada] == 2
        browser.find_element(By.ID, "camera").click()
        WebDriverWait(browser, TEN).until(until.invisibility_of_element_located((By.TAG_NAME, "video")))
        assert complaints(browser) == []
    finally:
        browser.quit()


def test_a_picture_of_bytes(web: str) -> None:
    blank = io.BytesIO()
    Image.new("RGB", (200, 200)).save(blank, "PNG")
    answer = requests.post(
        f"{web}/v1/detect", data=blank.getvalue(), headers={"Content-Type": "image/png"}, timeout=30
    ).json()
    assert (answer["width"], answer["height"], answer.get("faces")) == (200, 200, None)


def test_groups_are_named_by_clicking(web: str, browser: webdriver.Chrome, people: People) -> None:
    wanted = list(people)[:3]
    browser.get(f"{web}/#/groups")
    says(browser, "Drop a folder of pictures.")
    photos = [photo for name in wanted for photo in people[name][:3]]
    types(browser, "group-files", "\n".join(str(photo) for photo in photos))
    says(browser, " groups.")
    cards = browser.find_elements(By.CSS_SELECTOR, ".group")
    assert len(browser.find_elements(By.CSS_SELECTOR, ".toggle")) == len(photos)
    shoot(browser, "groups")
    # One face is left out of the first group, the others are added under a name.
    toggles = cards[0].find_elements(By.CSS_SELECTOR, ".toggle[aria-pressed=true]")
    toggles[0].click()
    cards[0].find_element(By.TAG_NAME, "input").send_keys("Somebody")
    cards[0].find_element(By.CSS_SELECTOR, "button.main").click()
    says(browser, "to Somebody.")
    assert names(web) == ["Somebody"]
    answer = requests.get(f"{web}/v1/galleries/default/identities", timeout=30).json()
    assert int(answer["identities"][0]["faceCount"]) == len(toggles) - 1
    assert complaints(browser) == []


def test_tokens(web: str, browser: webdriver.Chrome) -> None:
    browser.get(f"{web}/#/operation")
    says(browser, "There is none.")
    types(browser, "label", "door-7")
    browser.find_element(By.ID, "scope-identify").click()
    browser.find_element(By.XPATH, "//button[text()='Create a token']").click()
    says(browser, "faced_")
    shoot(browser, "tokens")
    listed = requests.get(f"{web}/v1/tokens", timeout=30).json()["tokens"]
    assert [(token["label"], token["scopes"]) for token in listed] == [("door-7", ["SCOPE_IDENTIFY"])]
    browser.find_element(By.XPATH, "//button[text()='Revoke']").click()
    browser.find_element(By.XPATH, "//dialog//button[text()='Yes']").click()
    says(browser, "Revoked.")
    assert requests.get(f"{web}/v1/tokens", timeout=30).json().get("tokens", []) == []
    assert complaints(browser) == []
