"""Enrolling a folder: one sub-folder for each person, named like them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from faced._errors import FacedError
from faced._types import EnrolledFace, EnrolmentFinding, Identity

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif"}


@dataclass(frozen=True)
class Enrolment:
    """What became of one photograph."""

    identity: Identity
    faces: tuple[EnrolledFace, ...]
    created: bool
    """The identity was created by this call."""
    known: bool
    """The photograph was enrolled before; nothing was added."""
    findings: tuple[EnrolmentFinding, ...] = ()
    """What speaks against it, gravest first."""
    dry_run: bool = False
    """Nothing was kept: faces, and an identity that would be created, have the number 0."""


@dataclass(frozen=True)
class Refusal:
    """A file that was not enrolled, and why."""

    path: Path
    error: Exception

    @property
    def reason(self) -> str:
        return self.error.reason if isinstance(self.error, FacedError) else "UNREADABLE"

    def __repr__(self) -> str:
        return f"Refusal({str(self.path)!r}, {self.reason})"


@dataclass
class FolderReport:
    """The outcome of a folder: what was enrolled, and every file that was left out with its reason."""

    enrolled: list[Enrolment] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    def __repr__(self) -> str:
        new = sum(not e.known for e in self.enrolled)
        people = len({e.identity.number for e in self.enrolled})
        return (
            f"FolderReport({new} photographs enrolled, {len(self.enrolled) - new} known before, "
            f"{len(self.refused)} refused, {people} people)"
        )


def pictures(folder: str | os.PathLike[str]) -> list[Path]:
    """Every picture file below a folder, in the order of names. Links are skipped."""
    root = Path(folder)
    if not root.is_dir():
        raise NotADirectoryError(f"{root} is not a folder")
    return [
        path
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.suffix.lower() in SUFFIXES
    ]


def photographs(folder: str | os.PathLike[str]) -> Iterator[tuple[str, Path]]:
    """(name, path) of each file below a sub-folder; the sub-folder of the top says who it is. Links are skipped."""
    root = Path(folder)
    if not root.is_dir():
        raise NotADirectoryError(f"{root} is not a folder")
    for person in sorted(root.iterdir()):
        if not person.is_dir() or person.is_symlink():
            continue
        for path in sorted(person.rglob("*")):
            if path.is_file() and path.suffix.lower() in SUFFIXES:
                yield person.name, path
