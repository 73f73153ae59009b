"""What a program does with the daemon: enroll, identify, verify, look after the gallery."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import faced

Photos = dict[str, list[Path]]


def test_minimum_face(client: faced.Client, photos: Photos) -> None:
    photo = next(iter(photos.values()))[0]
    (face,) = client.detect(photo, minimum_face=0.05)
    assert client.detect(photo, minimum_face=24)[0].box == face.box
    larger = int(2 * max(face.box.width, face.box.height))
    assert not client.detect(photo, minimum_face=larger)
    with pytest.raises(faced.NoFace):
        client.identify(photo, minimum_face=larger)
    assert not client.embed(photo, minimum_face=larger).faces


def test_enroll_and_identify(client: faced.Client, photos: Photos) -> None:
    (ada, ada_photos), (bob, bob_photos) = list(photos.items())[:2]
    first = client.enroll(ada_photos[0], ada)
    assert (first.identity.name, first.created, first.known, len(first.faces)) == (ada, True, False, 1)
    assert first.faces[0].source == ada_photos[0].name
    client.enroll(bob_photos[0], bob)

    faces = client.identify(ada_photos[0])
    assert [f.name for f in faces] == [ada]
    face = faces[0]
    assert face.distance is not None and face.distance < 0.05 < face.threshold
    assert [c.name for c in face.candidates] == [ada, bob]
    assert face.box.width > 20
    assert repr(ada) in repr(face)


def test_a_library_over_one_stream(client: faced.Client, photos: Photos, tmp_path: Path) -> None:
    name, pictures = next(iter(photos.items()))
    client.enroll(pictures[0], name)
    asked: list[faced.Photo] = [*pictures, tmp_path / "missing.jpg", b"no picture", *pictures]
    answers = list(client.identify_many(asked))
    assert [photo for photo, _ in answers] == asked
    refused = [outcome for _, outcome in answers[len(pictures) : len(pictures) + 2]]
    assert isinstance(refused[0], OSError) and isinstance(refused[1], faced.NotAnImage)
    faces = answers[0][1]
    assert isinstance(faces, faced.Detections) and [f.name for f in faces] == [name]
    assert not any(isinstance(o, Exception) for _, o in answers[: len(pictures)] + answers[-len(pictures) :])
    # Stopping early ends the stream, and the client goes on.
    next(client.identify_many(pictures))
    folder = list(client.identify_folder(pictures[0].parent))
    assert [path for path, _ in folder] == pictures
    with pytest.raises(NotADirectoryError):
        list(client.identify_folder(tmp_path / "nowhere"))


def test_a_library_over_one_stream_without_waiting(address: str, photos: Photos) -> None:
    async def story() -> None:
        async with faced.connect_async(address) as client:
            pictures = next(iter(photos.values()))
            answers = [answer async for answer in client.identify_many([*pictures, b"no picture"])]
            assert [photo for photo, _ in answers[:-1]] == pictures
            assert isinstance(answers[-1][1], faced.NotAnImage)

    asyncio.run(story())


def test_an_empty_gallery_knows_nobody(client: faced.Client, photos: Photos) -> None:
    (face,) = client.identify(next(iter(photos.values()))[0])
    assert face.name is None and face.distance is None
    assert face.decision is faced.Decision.UNKNOWN


def test_every_form_of_a_picture_gives_the_same_face(client: faced.Client, photos: Photos) -> None:
    path = next(iter(photos.values()))[0]
    image = Image.open(path).convert("RGB")
    pixels = np.asarray(image)
    png = io.BytesIO()
    image.save(png, "PNG")
    forms: list[faced.Photo] = [str(path), path, png.getvalue(), image, pixels, faced.bgr(pixels[..., ::-1])]
    boxes = [client.detect(form)[0].box for form in forms]
    assert all(box == boxes[0] for box in boxes), boxes


def test_wrong_arrays_are_refused_before_they_are_sent(client: faced.Client) -> None:
    with pytest.raises(ValueError, match="uint8"):
        client.identify(np.zeros((10, 10, 3)))
    with pytest.raises(TypeError, match="not int"):
        client.identify(7)  # type: ignore[arg-type]


def test_a_folder(client: faced.Client, people: Path, photos: Photos, tmp_path: Path) -> None:
    name = next(iter(photos))
    (tmp_path / name).mkdir()
    for index, photo in enumerate(photos[name][:2]):
        (tmp_path / name / f"{index}.jpg").write_bytes(photo.read_bytes())
    (tmp_path / name / "broken.jpg").write_bytes(b"no picture")
    report = client.enroll_folder(tmp_path, progress=False)
    assert len(report.enrolled) == 2
    assert [(r.path.name, r.reason) for r in report.refused] == [("broken.jpg", "NOT_AN_IMAGE")]
    assert isinstance(report.refused[0].error, faced.NotAnImage)
    assert {i.name: i.face_count for i in client.identities()} == {name: 2}


def test_verify(client: faced.Client, photos: Photos) -> None:
    (ada, ada_photos), (_, bob_photos) = list(photos.items())[:2]
    client.enroll(ada_photos[0], ada)
    assert client.verify(ada_photos[0], ada)
    assert client.verify(ada_photos[0], other=ada_photos[0]).distance < 0.01
    unlike = client.verify(ada_photos[0], other=bob_photos[0])
    assert unlike.distance > 0.1
    with pytest.raises(ValueError, match="either"):
        client.verify(ada_photos[0], ada, other=bob_photos[0])
    with pytest.raises(faced.IdentityNotFound):
        client.verify(ada_photos[0], "nobody")


def test_looking_after_a_gallery(client: faced.Client, photos: Photos) -> None:
    (ada, ada_photos) = next(iter(photos.items()))
    enrolled = client.enroll(ada_photos[0], ada)
    assert client.rename(ada, "Ada").name == "Ada"
    assert client.identity(enrolled.identity.ref).name == "Ada"
    assert [f.number for f in client.faces("Ada")] == [enrolled.faces[0].number]
    crop = Image.open(io.BytesIO(client.crop(enrolled.faces[0].number)))
    assert crop.format == "JPEG" and crop.width == crop.height > 100
    client.delete_face(enrolled.faces[0].number)
    assert list(client.faces()) == []
    with pytest.raises(faced.FacedError) as gone:
        client.crop(enrolled.faces[0].number)
    assert gone.value.reason == "FACE_NOT_FOUND"
    assert (client.create("Bob").face_count, [i.name for i in client.identities()]) == (0, ["Ada", "Bob"])
    with pytest.raises(faced.FacedError) as taken:
        client.create("Bob")
    assert taken.value.reason == "ALREADY_EXISTS"
    client.delete("Bob")
    client.delete("Ada")
    with pytest.raises(faced.IdentityNotFound):
        client.identity("Ada")
    client.create_gallery("second", description="a test")
    assert [g.name for g in client.galleries()] == ["default", "second"]
    client.delete_gallery("second")
    status = client.status()
    assert (status.galleries, status.identities, status.faces) == (1, 0, 0)


def test_labels(client: faced.Client) -> None:
    for name in ("Ada", "Bob"):
        client.create(name)
    assert client.label("Ada", {"team": "blue", "floor": "2"}).labels == {"team": "blue", "floor": "2"}
    assert client.label("Ada", {"team": "red"}, remove=["floor"]).labels == {"team": "red"}
    assert [i.name for i in client.identities(labels={"team": "red"})] == ["Ada"]
    assert [i.labels for i in client.identities()] == [{"team": "red"}, {}]


def test_vectors(client: faced.Client, photos: Photos, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faced._calls.VECTORS", 2)
    people = {name: paths[0] for name, paths in list(photos.items())[:3]}
    embedded = {name: client.embed(path) for name, path in people.items()}
    model = next(iter(embedded.values())).model
    rows = [e.faces[0].vector for e in embedded.values()]
    assert model == client.status().model and all(len(row) == 128 for row in rows)
    assert str(rows[0][0]) not in repr(embedded)
    first = client.import_vectors(people, rows, model)
    assert (first.added, first.known, first.created, first.refused) == (3, 0, 3, ())
    assert client.import_vectors(people, rows, model).known == 3
    for name, path in people.items():
        assert client.identify(path)[0].name == name
    bad = client.import_vectors(["x", "y", "z"], [rows[0], rows[1], [2.0] * 128], model, again=True)
    assert (bad.added, [(row, reason) for row, reason, _ in bad.refused]) == (2, [(2, "INVALID_VECTOR")])
    with pytest.raises(faced.FacedError) as mismatch:
        client.import_vectors(["x"], [rows[0]], "no model")
    assert mismatch.value.code == "INVALID_ARGUMENT"
    with pytest.raises(ValueError, match="2 names"):
        client.import_vectors(["x", "y"], [rows[0]], model)


def test_guarding_and_checking(client: faced.Client, photos: Photos) -> None:
    (ada, ada_photos) = next(iter(photos.items()))
    client.enroll(ada_photos[0], ada)
    dry = client.enroll(ada_photos[1], "Twin", dry_run=True)
    assert dry.dry_run and dry.created and [f.reason for f in dry.findings] == ["LOOKS_LIKE_OTHER"]
    assert dry.findings[0].name == ada and dry.findings[0].distance is not None
    assert [i.name for i in client.identities()] == [ada]
    assert client.update_gallery("default", policy=faced.Policy.REFUSE).policy is faced.Policy.REFUSE
    with pytest.raises(faced.LooksLikeOther):
        client.enroll(ada_photos[1], "Twin")
    client.enroll(ada_photos[1], "Twin", force=True)
    (twins,) = client.check(kinds=[faced.Kind.DUPLICATE])
    assert twins.other is not None and {twins.identity.name, twins.other.name} == {ada, "Twin"}
    assert {f.kind for f in client.check()} == {faced.Kind.DUPLICATE, faced.Kind.FEW_FACES}
    client.keep_apart(ada, "Twin")
    assert list(client.check(kinds=[faced.Kind.DUPLICATE])) == []
    client.keep_apart(ada, "Twin", apart=False)
    assert len(list(client.check(kinds=[faced.Kind.DUPLICATE]))) == 1


def test_a_name_of_digits_is_a_name(client: faced.Client, photos: Photos) -> None:
    names = list(photos)[:2]
    client.enroll(photos[names[0]][0], "2")
    client.enroll(photos[names[1]][0], "other")
    assert client.identity("2").number == 1
    assert client.identity(faced.IdentityRef(2)).name == "other"


def test_listing_goes_beyond_a_page(client: faced.Client, photos: Photos, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faced._calls.PAGE", 2)
    wanted = list(photos)[:5]
    for name in wanted:
        client.enroll(photos[name][0], name)
    assert [i.name for i in client.identities()] == wanted


def test_errors(client: faced.Client, address: str) -> None:
    with pytest.raises(faced.NotAnImage) as caught:
        client.identify(b"no picture")
    assert caught.value.code == "INVALID_ARGUMENT" and caught.value.message
    blank = Image.new("RGB", (200, 200))
    with pytest.raises(faced.NoFace):
        client.enroll(blank, "nobody")
    with faced.connect(address, gallery="missing") as other, pytest.raises(faced.GalleryNotFound):
        other.identify(blank)
    with faced.connect("127.0.0.1:1", timeout=2) as nowhere, pytest.raises((faced.Unavailable, faced.DeadlineExceeded)):
        nowhere.status()


def test_a_notebook_shows_the_photograph(client: faced.Client, photos: Photos) -> None:
    path = next(iter(photos.values()))[0]
    shown = Image.open(io.BytesIO(client.detect(path)._repr_png_()))
    assert shown.size == Image.open(path).size
    assert np.asarray(shown.convert("RGB")).tolist() != np.asarray(Image.open(path).convert("RGB")).tolist()


def test_asyncio(address: str, people: Path, photos: Photos) -> None:
    async def story() -> None:
        async with faced.connect_async(address) as client:
            ada, ada_photos = next(iter(photos.items()))
            await client.enroll(ada_photos[0], ada)
            faces, other = await asyncio.gather(client.identify(ada_photos[0]), client.detect(ada_photos[0]))
            assert faces[0].name == ada and len(other) == 1
            assert [i.name async for i in client.identities()] == [ada]
            vectors = await client.embed(ada_photos[0])
            twin = await client.import_vectors(["Twin"], [vectors.faces[0].vector], vectors.model)
            assert (twin.added, twin.created) == (1, 1)
            assert [f.kind async for f in client.check(kinds=[faced.Kind.DUPLICATE])] == [faced.Kind.DUPLICATE]
            await client.delete("Twin")
            with pytest.raises(faced.NotAnImage):
                await client.identify(b"no picture")
            report = await client.enroll_folder(people, progress=False)
            assert len(report.enrolled) + len(report.refused) == sum(map(len, photos.values()))

    asyncio.run(story())


def test_corrections_and_their_history(client: faced.Client, photos: Photos) -> None:
    (ada, ada_photos), (bob, bob_photos) = list(photos.items())[:2]
    for photo in ada_photos[:3]:
        client.enroll(photo, ada)
    client.enroll(bob_photos[0], bob)
    numbers = [face.number for face in client.faces(ada)]
    split = client.split(ada, numbers[1:2], "Twin")
    assert (split.identity.name, split.identity.face_count, split.change.kind) == ("Twin", 1, "SPLIT")
    assert client.merge("Twin", ada).identity.face_count == 3
    moved = client.move(numbers[2:], bob)
    assert moved.identity.face_count == 2
    assert client.undo(moved.change.number).identity.name == ada
    kinds = [(change.kind, change.state) for change in client.history()]
    assert kinds == [("MOVE", "UNDONE"), ("MERGE", "IN_FORCE"), ("SPLIT", "IN_FORCE")]
    with pytest.raises(faced.FacedError):
        client.undo(moved.change.number)


def test_thresholds_and_the_last_hour(address: str, client: faced.Client, photos: Photos) -> None:
    for name, pictures in list(photos.items())[:2]:
        for picture in pictures[:2]:
            client.enroll(picture, name)
    thresholds = client.thresholds([0.01, 0.1])
    assert [e.false_positive_rate for e in thresholds.estimates] == [0.01, 0.1]
    assert thresholds.estimates[0].threshold <= thresholds.estimates[1].threshold
    assert (thresholds.identities, thresholds.faces) == (2, 4)
    assert all(e.strangers_accepted is not None and e.known_missed is not None for e in thresholds.estimates)
    with pytest.raises(faced.FacedError):
        client.identify(b"no picture")
    hour = client.last_hour()
    assert hour.stages["embed"].count >= 4 and hour.stages["call"].median > 0
    assert hour.reasons["NOT_AN_IMAGE"] >= 1 and sum(minute.calls for minute in hour.minutes) >= 5

    async def story() -> None:
        async with faced.connect_async(address) as other:
            assert (await other.last_hour()).stages
            assert (await other.thresholds()).lowest_supported_rate > 0
            assert [change async for change in other.history()] == []

    asyncio.run(story())
