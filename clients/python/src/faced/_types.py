"""The nouns of the API, as frozen dataclasses. Distances are squared L2 between unit vectors, in [0, 4]."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias, TypeVar

from faced._drawing import draw


@dataclass(frozen=True, slots=True)
class Point:
    """A position in pixels of the upright photograph; the origin is the top-left corner."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the upright photograph. It may reach beyond the edge."""

    x: float
    y: float
    width: float
    height: float

    def __repr__(self) -> str:
        return f"Box({self.x:.0f}, {self.y:.0f}, {self.width:.0f}, {self.height:.0f})"


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Five points of a face; right and left are the person's own."""

    right_eye: Point
    left_eye: Point
    nose: Point
    right_mouth: Point
    left_mouth: Point


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a face suits recognition: each part from 0 (useless) to 1. `overall` is the weakest part."""

    overall: float
    size: float
    sharpness: float
    brightness: float
    confidence: float
    pose: float | None = None


MinimumFace: TypeAlias = int | float | None
"""The smallest face that a photograph is searched for: a number of pixels, or a share of the longer side such as 0.05;
None means the server's."""


class Selection(enum.Enum):
    """What to do with the faces that are found in one photograph."""

    SINGLE = "SINGLE"
    """Exactly one; more are refused with `SeveralFaces`."""
    DOMINANT = "DOMINANT"
    """The one that the photograph is about; `SeveralFaces` where that is not clear."""
    LARGEST = "LARGEST"
    ALL = "ALL"


class Policy(enum.Enum):
    """What becomes of an enrolment that something speaks against."""

    ALLOW = "ALLOW"
    """Nothing is looked for."""
    WARN = "WARN"
    """The face is enrolled, and `Enrolment.findings` says what was found."""
    REFUSE = "REFUSE"
    """A `FacedError` with the finding's reason, unless `force` is given."""


class Kind(enum.Enum):
    """What somebody should look at in a gallery."""

    DUPLICATE = "DUPLICATE"
    """Two identities that look like one person."""
    MISLABELLED = "MISLABELLED"
    """A face that is nearer to another identity than to the others of its own."""
    OUTLIER = "OUTLIER"
    """A face that is unlike the others of its identity, and like nobody else."""
    FEW_FACES = "FEW_FACES"
    POOR_FACES = "POOR_FACES"


class Decision(enum.Enum):
    """Whether a face is somebody who is enrolled."""

    IDENTIFIED = "IDENTIFIED"
    UNKNOWN = "UNKNOWN"
    AMBIGUOUS = "AMBIGUOUS"
    """Two identities are closer to each other than the model can tell apart."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An identity near to a face."""

    name: str
    distance: float
    identity: str
    """The resource name, stable under renaming."""

    def __repr__(self) -> str:
        return f"Candidate({self.name!r}, distance={self.distance:.3f})"


@dataclass(frozen=True, slots=True)
class DetectedFace:
    """A face of a photograph; nothing is known of who it is."""

    box: Box
    score: float
    landmarks: Landmarks | None
    quality: Quality

    @property
    def caption(self) -> str:
        return f"{self.quality.overall:.2f}"

    def __repr__(self) -> str:
        return f"DetectedFace({self.box!r}, quality={self.quality.overall:.2f})"


@dataclass(frozen=True, slots=True)
class IdentifiedFace:
    """A face of a photograph and who it is."""

    box: Box
    decision: Decision
    candidates: tuple[Candidate, ...]
    """Nearest first. Also given when the decision is UNKNOWN."""
    threshold: float
    """The distance up to which a candidate counts as identified."""
    score: float
    quality: Quality

    @property
    def name(self) -> str | None:
        """Who it is; None for an honest "unknown"."""
        return self.candidates[0].name if self.decision is Decision.IDENTIFIED and self.candidates else None

    @property
    def distance(self) -> float | None:
        """The distance to the nearest candidate; None where the gallery is empty."""
        return self.candidates[0].distance if self.candidates else None

    @property
    def caption(self) -> str:
        return self.name or self.decision.value.lower()

    def __repr__(self) -> str:
        distance = "" if self.distance is None else f", distance={self.distance:.3f}"
        return f"IdentifiedFace({self.name or self.decision.value.lower()!r}{distance}, {self.box!r})"


class Face(Protocol):
    """What can be drawn: somewhere, with a caption."""

    @property
    def box(self) -> Box: ...
    @property
    def caption(self) -> str: ...


F = TypeVar("F", bound=Face)


class Detections(list[F]):
    """The faces of one photograph, largest first. A notebook shows the photograph with their boxes."""

    def __init__(self, faces: Iterable[F], photo: bytes) -> None:
        super().__init__(faces)
        self._photo = photo

    def _repr_png_(self) -> bytes:
        return draw(self._photo, [((f.box.x, f.box.y, f.box.width, f.box.height), f.caption) for f in self])


@dataclass(frozen=True, slots=True)
class IdentityRef:
    """An identity by its number, where a display name would not do: `IdentityRef(124)`."""

    number: int


@dataclass(frozen=True, slots=True)
class Identity:
    """A person, as far as the gallery is concerned."""

    name: str
    number: int
    face_count: int
    created: datetime
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def ref(self) -> IdentityRef:
        return IdentityRef(self.number)


@dataclass(frozen=True, slots=True)
class EnrolledFace:
    """One enrolled face."""

    number: int
    source: str
    box: Box
    created: datetime
    quality: float | None


@dataclass(frozen=True, slots=True)
class Gallery:
    """An isolated set of enrolled identities: no search ever crosses galleries."""

    name: str
    description: str
    discards_crops: bool
    created: datetime
    policy: Policy = Policy.WARN


@dataclass(frozen=True, slots=True)
class EnrolmentFinding:
    """Something that speaks against an enrolment: `LOOKS_LIKE_OTHER`, `UNLIKE_OWN_FACES`, `BLURRED` and others."""

    reason: str
    message: str
    name: str | None
    """Whom the face looks like, for callers who may know it."""
    distance: float | None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a gallery that somebody should look at."""

    kind: Kind
    identity: Identity
    other: Identity | None
    """Whom the identity, or its face, looks like."""
    face: int | None
    """The number of the face that it is about."""
    distance: float | None
    own_distance: float | None
    """From the face to the others of its identity."""
    quality: float | None


@dataclass(frozen=True, slots=True, repr=False)
class VectorFace:
    """A face of a photograph with its embedding. The text form leaves the numbers out: they are biometric data."""

    box: Box
    score: float
    landmarks: Landmarks | None
    quality: Quality
    vector: tuple[float, ...]

    @property
    def caption(self) -> str:
        return f"{self.quality.overall:.2f}"

    def __repr__(self) -> str:
        return f"VectorFace({self.box!r}, {len(self.vector)}-d)"


@dataclass(frozen=True, slots=True, repr=False)
class Vectors:
    """Embeddings and the model that made them: vectors of different models must not be compared."""

    model: str
    """The SHA-256 of the model's file."""
    faces: tuple[VectorFace, ...]
    """Largest first."""

    def __repr__(self) -> str:
        return f"Vectors({self.model[:12]}, {len(self.faces)} faces)"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    added: int
    known: int
    """Vectors that were there already."""
    created: int
    """Identities that are new."""
    refused: tuple[tuple[int, str, str], ...]
    """(row, reason, message) of each vector that was not taken."""


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a photograph shows the claimed person. True in a condition when it does."""

    verified: bool
    distance: float
    threshold: float

    def __bool__(self) -> bool:
        return self.verified


@dataclass(frozen=True, slots=True)
class Status:
    """What the daemon says of itself."""

    version: str
    model: str
    galleries: int
    identities: int
    faces: int
    store_bytes: int
    maximum_photo_bytes: int
    maximum_photo_pixels: int
    false_positive_rate: float


@dataclass(frozen=True, slots=True)
class Change:
    """A correction in a gallery's history."""

    number: int
    kind: str
    """`MERGE`, `SPLIT`, `MOVE` or `RENAME`."""
    state: str
    """`IN_FORCE`, `UNDONE`, or `ERASED`: it can no longer be undone, because an identity in it was deleted."""
    created: datetime
    source: str | None
    """The identity that faces came from; None if it no longer exists."""
    into: str | None
    faces: int


@dataclass(frozen=True, slots=True)
class Correction:
    """What a correction did; `client.undo(change.number)` takes it back."""

    change: Change
    identity: Identity
    """The identity that was merged into, split off or moved to; after an undo, the one that got its faces back."""


@dataclass(frozen=True, slots=True)
class ThresholdEstimate:
    """What a false positive rate would mean in a gallery."""

    false_positive_rate: float
    threshold: float
    strangers_accepted: float | None
    """The share of the gallery's faces within the threshold of somebody else; None with fewer than two people."""
    known_missed: float | None
    """The share of faces beyond the threshold of their own person's others; None where nobody has two."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What strict and lenient would mean, from a gallery's own faces."""

    estimates: tuple[ThresholdEstimate, ...]
    identities: int
    faces: int
    lowest_supported_rate: float
    """The lowest false positive rate that the calibration supports at the gallery's size."""


@dataclass(frozen=True, slots=True)
class StageTimes:
    """How long a part of calls took, in milliseconds."""

    count: int
    median: float
    p99: float


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute of the daemon's calls, by stage: `call`, `decode`, `detect`, `embed`, `search`, `store`."""

    start: datetime
    calls: int
    failures: int
    stages: dict[str, StageTimes]


@dataclass(frozen=True, slots=True)
class LastHour:
    """How the last hour went."""

    minutes: tuple[Minute, ...]
    """Oldest first; minutes without calls are left out."""
    stages: dict[str, StageTimes]
    """All minutes together."""
    reasons: dict[str, int]
    """Refused and failed calls by reason."""
