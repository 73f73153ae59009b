"""A whole story of CompreFace's own SDK, unchanged. It wants an older urllib3, so it runs in an environment of its own."""

from __future__ import annotations

from pathlib import Path

from compreface import CompreFace
from compreface.collections import FaceCollection
from compreface.collections.face_collections import Subjects

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
