"""Every Python block of the README runs as it stands, in order, against a daemon."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

import faced


def test_the_readme(
    address: str, photos: dict[str, list[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (_, ada), (bob, bob_photos) = list(photos.items())[:2]
    work = tmp_path / "work"
    (work / "people" / bob).mkdir(parents=True)
    (work / "people" / bob / "1.jpg").write_bytes(bob_photos[0].read_bytes())
    (work / "people" / bob / "2.jpg").write_bytes(b"no picture")
    for name in ("ada.jpg", "door.jpg"):
        (work / name).write_bytes(ada[0].read_bytes())
    Image.new("RGB", (300, 200)).save(work / "landscape.jpg")
    (work / "library").mkdir()
    (work / "library" / "party.jpg").write_bytes(ada[0].read_bytes())
    monkeypatch.chdir(work)

    text = (Path(__file__).parents[1] / "README.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 10
    program = "\n".join(blocks).replace("localhost:50151", address)
    exec(compile(program, "README.md", "exec"), {})

    said = capsys.readouterr().out
    assert "Ada Lovelace" in said and "NOT_AN_IMAGE" in said and "it is her" in said
    with faced.connect(address) as client:
        assert [i.name for i in client.identities()] == [bob]
