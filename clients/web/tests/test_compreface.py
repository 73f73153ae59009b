"""A whole story of CompreFace's own SDK, unchanged. It wants an older urllib3, so it runs in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from compreface import CompreFace
from compreface.collections import FaceCollection
from compreface.collections.face_collections import Subjects
from conftest import PROGRAMS, start

People = dict[str, list[Path]]


def test_compreface_sdk(web: str, people: People) -> None:
    (ada, ada_photos), (bob, bob_photos) = list(people.items())[:2]
    host, port = web.rsplit(":", 1)
    service = CompreFace(host, port)
    recognition = service.init_face_recognition("any-key")
    subjects: Subjects = recognition.get_subjects()
    faces: FaceCollection = recognition.get_face_collection()

    assert subjects.list() == {"subjects": []}
    assert subjects.add(ada) == {"subject": ada}
    assert subjects.add(ada)["code"] == 43
    added = faces.add(str(ada_photos[0]), ada)
    assert added["subject"] == ada and len(added["image_id"]) == 36
    faces.add(str(bob_photos[0]), bob)
    assert sorted(subjects.list()["subjects"]) == sorted([ada, bob])
    listed = faces.list()
    assert (listed["total_elements"], [f["subject"] for f in listed["faces"]]) == (2, [ada, bob])

    (face,) = recognition.recognize(str(ada_photos[0]), {"limit": 0, "prediction_count": 2})["result"]
    assert face["subjects"][0]["subject"] == ada and face["subjects"][0]["similarity"] > 0.95
    assert [s["subject"] for s in face["subjects"]] == [ada, bob]
    assert face["box"]["x_max"] > face["box"]["x_min"] and 0 < face["box"]["probability"] <= 1

    (same,) = faces.verify(str(ada_photos[0]), added["image_id"])["result"]
    assert same["similarity"] > 0.95

    detected = service.init_face_detection("any-key").detect(str(ada_photos[0]), {"face_plugins": "landmarks"})
    assert len(detected["result"][0]["landmarks"]) == 5
    pair = service.init_face_verification("any-key").verify(str(ada_photos[0]), str(ada_photos[0]))["result"][0]
    assert pair["face_matches"][0]["similarity"] > 0.95 and "box" in pair["source_image_face"]

    assert subjects.update(ada, "Ada King") == {"updated": "true"}
    assert faces.delete(added["image_id"])["subject"] == "Ada King"
    assert faces.delete(added["image_id"])["code"] == 11
    assert faces.delete_all(bob) == {"deleted": 1}
    assert subjects.delete("Ada King") == {"subject": "Ada King"}
    assert subjects.delete("Ada King")["code"] == 42
    assert subjects.delete_all() == {"deleted": 1}


def test_moving_from_compreface(web: str, people: People, tmp_path: Path) -> None:
    """The Python client's way over, from the very API that it speaks of, into a daemon that has nothing yet."""
    recognition = CompreFace(*web.rsplit(":", 1)).init_face_recognition("any-key")
    faces = recognition.get_face_collection()
    (ada, ada_photos), (bob, bob_photos) = list(people.items())[:2]
    for photo, name in [(ada_photos[0], ada), (ada_photos[1], ada), (bob_photos[0], bob)]:
        assert faces.add(str(photo), name)["subject"] == name
    recognition.get_subjects().add("Nobody")
    daemon, address = start(
        PROGRAMS / "faced", "--data", tmp_path / "target", "--address", "127.0.0.1:0", "--minimum-quality", "0"
    )
    try:

        def move(url: str) -> subprocess.CompletedProcess[str]:
            command = [sys.executable, "-m", "faced.from_compreface", url, "--api-key", "any-key", "--address", address]
            return subprocess.run([*command, "--quiet"], capture_output=True, text=True, check=False)

        first, second = move(web), move(web)
        assert first.returncode == 0, first.stderr
        assert first.stdout.startswith("3 pictures enrolled, 0 known before, 0 refused")
        assert "left out: Nobody" in first.stdout
        assert second.stdout.startswith("0 pictures enrolled, 3 known before, 0 refused")
        listed = subprocess.run(
            [PROGRAMS / "facectl", "--address", address, "identity", "list"], capture_output=True, text=True, check=True
        ).stdout
        assert ada in listed and bob in listed and "Nobody" not in listed
        # Who cannot be asked is said, with what it answered.
        wrong = move(web + "/nowhere")
        assert wrong.returncode == 1 and "answers 404" in wrong.stderr
        assert move("http://127.0.0.1:9").returncode == 1
    finally:
        daemon.kill()
