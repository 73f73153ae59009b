"""Enrolls what a CompreFace keeps: every subject's examples, read over its REST API.

    python3 -m faced.from_compreface http://localhost:8000 --api-key KEY-OF-A-RECOGNITION-SERVICE

What is enrolled already is not enrolled again, so that it can be run as often as it takes.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException

from tqdm import tqdm

from faced._client import Client, connect
from faced._errors import FacedError, Unavailable
from faced._types import Selection

PAGE = 100
"""Examples that are listed at a time."""
LARGEST = 64 << 20
"""Bytes of an answer, at most."""


class ExportFailed(Exception):
    """CompreFace did not give what it was asked for; the message says what and why."""


@dataclass(frozen=True)
class Example:
    """One example of CompreFace's: a picture of a subject."""

    subject: str
    image_id: str


class CompreFace:
    """The part of a recognition service that says what is in it."""

    def __init__(self, url: str, api_key: str, timeout: float = 60) -> None:
        if not url.startswith(("http://", "https://")):
            raise ExportFailed(f"'{url}' is not an address such as http://localhost:8000")
        self._url = url.rstrip("/")
        self._key = api_key
        self._timeout = timeout

    def examples(self) -> Iterator[Example]:
        page, pages = 0, 1
        while page < pages:
            answer = json.loads(self._get(f"/api/v1/recognition/faces?page={page}&size={PAGE}"))
            for face in answer["faces"]:
                yield Example(str(face["subject"]), str(face["image_id"]))
            page, pages = page + 1, int(answer["total_pages"])

    def subjects(self) -> list[str]:
        return [str(subject) for subject in json.loads(self._get("/api/v1/recognition/subjects"))["subjects"]]

    def picture(self, example: Example) -> bytes:
        return self._get(f"/api/v1/recognition/faces/{example.image_id}/img")

    def _get(self, path: str) -> bytes:
        request = urllib.request.Request(self._url + path, headers={"x-api-key": self._key})
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:
                data: bytes = answer.read(LARGEST + 1)
        except urllib.error.HTTPError as error:
            text = error.read(2000).decode("utf-8", "replace")
            raise ExportFailed(f"{self._url}{path} answers {error.code}: {text or error.reason}") from None
        except (urllib.error.URLError, HTTPException, OSError) as error:
            raise ExportFailed(f"{self._url} does not answer: {error}") from None
        if len(data) > LARGEST:
            raise ExportFailed(f"{self._url}{path} is longer than {LARGEST >> 20} MiB")
        return data


@dataclass
class Moved:
    """What became of the examples."""

    enrolled: int = 0
    known: int = 0
    refused: int = 0
    empty: tuple[str, ...] = ()
    """Subjects without examples; an identity is made of a picture, so they are left out."""


def move(source: CompreFace, target: Client, *, progress: bool = True) -> Moved:
    """Enrolls every example under its subject's name; of each picture the largest face, as CompreFace does.

    A picture that is refused is said on standard error and does not end it; a daemon that is away does.
    """
    moved = Moved()
    seen = set()
    for example in tqdm(source.examples(), desc="move", unit="picture", disable=not progress):
        seen.add(example.subject)
        try:
            done = target.enroll(source.picture(example), example.subject, selection=Selection.LARGEST)
        except Unavailable:
            raise
        except (FacedError, ExportFailed, ValueError) as error:
            moved.refused += 1
            tqdm.write(f"{example.subject}, {example.image_id}: {error}", file=sys.stderr)
            continue
        moved.known += done.known
        moved.enrolled += not done.known
    moved.empty = tuple(subject for subject in source.subjects() if subject not in seen)
    return moved


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python3 -m faced.from_compreface",
        description="Enroll what a CompreFace keeps, read over its REST API.",
    )
    parser.add_argument("url", help="where CompreFace is, such as http://localhost:8000")
    parser.add_argument("--api-key", default=os.environ.get("COMPREFACE_API_KEY"),
                        help="the key of its recognition service [COMPREFACE_API_KEY]")  # fmt: skip
    parser.add_argument("--address", help="HOST:PORT of the faced daemon [FACED_ADDRESS or 127.0.0.1:50151]")
    parser.add_argument("--token", help="a token of faced [FACED_TOKEN]")
    parser.add_argument("--tls-ca", help="a PEM file that the daemon's certificate is checked against")
    parser.add_argument("--gallery", default="default", help="the gallery to enroll into [default]")
    parser.add_argument("--quiet", action="store_true", help="no bar")
    given = parser.parse_args()
    if not given.api_key:
        parser.error("give --api-key: it stands in CompreFace's admin page, beside the recognition service")
    try:
        source = CompreFace(given.url, given.api_key)
        with connect(given.address, token=given.token, tls_ca=given.tls_ca, gallery=given.gallery) as target:
            moved = move(source, target, progress=not given.quiet)
    except (ExportFailed, FacedError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{moved.enrolled} pictures enrolled, {moved.known} known before, {moved.refused} refused")
    if moved.empty:
        print("without a picture, and left out: " + ", ".join(moved.empty))
    return 3 if moved.refused else 0


if __name__ == "__main__":
    sys.exit(main())
