"""A real daemon over a new data folder, and pictures of people whom nobody has."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import faced

PROGRAMS = Path(os.environ.get("PROGRAMS", Path(__file__).parents[3] / ".build/release"))


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's drawn people: one sub-folder for each."""
    output = tmp_path_factory.mktemp("demo") / "out"
    subprocess.run(
        [PROGRAMS / "facedemo", "--programs", PROGRAMS, "--output", output],
        check=True, capture_output=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    return output / "enroll"


@pytest.fixture(scope="session")
def photos(people: Path) -> dict[str, list[Path]]:
    return {p.name: sorted(p.iterdir()) for p in sorted(people.iterdir())}


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    daemon = subprocess.Popen(
        [PROGRAMS / "faced", "--data", tmp_path / "data", "--address", "127.0.0.1:0", "--minimum-quality", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert daemon.stdout is not None
    try:
        line = daemon.stdout.readline()
        assert line.startswith("address "), line
        assert daemon.stdout.readline() == "ready\n"
        yield line.split()[1]
    finally:
        daemon.terminate()
        daemon.wait(30)


@pytest.fixture
def client(address: str) -> Iterator[faced.Client]:
    with faced.connect(address) as client:
        yield client
