"""Many photographs over one stream: what was sent, what was answered, and the order that they are given in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from faced import _calls as calls
from faced import _types as t
from faced._errors import FacedError, from_problem
from faced._pictures import Photo

METHOD = calls.method_path("RecognitionService", "IdentifyStream")

Outcome: TypeAlias = "t.Detections[t.IdentifiedFace] | FacedError | OSError | ValueError | TypeError"
"""The faces of a photograph, or why there is no answer: the daemon's refusal, or what kept it from being read."""


class Questions:
    """The photographs of one stream. One thread asks while another takes the answers."""

    def __init__(
        self, photos: Iterable[Photo], ask: Callable[[Photo], calls.Call[t.Detections[t.IdentifiedFace]]]
    ) -> None:
        self._photos = iter(photos)
        self._ask = ask
        self._asked: list[Photo] = []
        # By the number of the request in the stream: the photograph's place, and what reads its answer.
        self._sent: list[tuple[int, Callable[[Any], t.Detections[t.IdentifiedFace]]]] = []
        self._outcomes: dict[int, Outcome] = {}
        self._given = 0

    def next(self) -> Any | None:
        """The next request; None at the end. What cannot be read gets its outcome here."""
        for photo in self._photos:
            place = len(self._asked)
            self._asked.append(photo)
            try:
                call = self._ask(photo)
            except (OSError, ValueError, TypeError) as error:
                self._outcomes[place] = error
                continue
            self._sent.append((place, call.parse))
            return call.request
        return None

    def requests(self) -> Iterator[Any]:
        while (request := self.next()) is not None:
            yield request

    def answered(self, response: Any) -> None:
        place, parse = self._sent[response.index]
        if response.WhichOneof("result") == "identified":
            self._outcomes[place] = parse(response.identified)
        else:
            problem = response.problem
            self._outcomes[place] = from_problem(problem.code, problem.reason, problem.message)

    def ready(self) -> Iterator[tuple[Photo, Outcome]]:
        """The photographs whose turn it is, in their order."""
        while self._given in self._outcomes:
            photo, self._asked[self._given] = self._asked[self._given], b""
            outcome = self._outcomes.pop(self._given)
            self._given += 1
            yield photo, outcome
