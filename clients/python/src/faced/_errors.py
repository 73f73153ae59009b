"""Failures of calls, as exceptions by the API's reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import grpc

from faced.v1 import call_status_pb2

DOMAIN = "faced"


class FacedError(Exception):
    """A call that failed. `reason` is stable and for programs; the text is for people and says what to do."""

    reasons: ClassVar[tuple[str, ...]] = ()
    codes: ClassVar[tuple[str, ...]] = ()

    def __init__(self, message: str, reason: str = "", code: str = "UNKNOWN", retry_after: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.code = code
        """The gRPC status code's name."""
        self.retry_after = retry_after
        """Seconds after which the server would like to be asked again, where it said so."""

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.reason, self.code, self.retry_after)


class NoFace(FacedError):
    reasons = ("NO_FACE",)


class SeveralFaces(FacedError):
    reasons = ("SEVERAL_FACES",)


class LowQuality(FacedError):
    reasons = ("LOW_QUALITY", "TOO_SMALL", "BLURRED", "POOR_LIGHT", "TURNED_AWAY", "UNSURE_FACE")


class NotAnImage(FacedError):
    reasons = ("NOT_AN_IMAGE",)


class ImageTooLarge(FacedError):
    reasons = ("IMAGE_TOO_LARGE",)


class ImageDamaged(FacedError):
    reasons = ("IMAGE_DAMAGED",)


class GalleryNotFound(FacedError):
    reasons = ("GALLERY_NOT_FOUND",)


class IdentityNotFound(FacedError):
    reasons = ("IDENTITY_NOT_FOUND",)


class LooksLikeOther(FacedError):
    """The gallery refuses a face that a search would take for another identity; `force=True` enrolls it."""

    reasons = ("LOOKS_LIKE_OTHER", "SAME_PHOTOGRAPH")


class UnlikeOwnFaces(FacedError):
    """The gallery refuses a face that is unlike the identity's others; `force=True` enrolls it."""

    reasons = ("UNLIKE_OWN_FACES",)


class FaceDeletedSince(FacedError):
    """The photograph was enrolled and its face deleted since; enroll it with `again=True` to have it back."""

    reasons = ("FACE_DELETED_SINCE",)


class Busy(FacedError):
    reasons = ("BUSY",)
    codes = ("RESOURCE_EXHAUSTED",)


class Unavailable(FacedError):
    codes = ("UNAVAILABLE",)


class DeadlineExceeded(FacedError):
    codes = ("DEADLINE_EXCEEDED",)


class PermissionDenied(FacedError):
    codes = ("PERMISSION_DENIED",)


class Unauthenticated(FacedError):
    codes = ("UNAUTHENTICATED",)


_CLASSES: tuple[type[FacedError], ...] = (
    NoFace, SeveralFaces, LowQuality, NotAnImage, ImageTooLarge, ImageDamaged, GalleryNotFound, IdentityNotFound,
    LooksLikeOther, UnlikeOwnFaces, FaceDeletedSince, Busy, Unavailable, DeadlineExceeded, PermissionDenied,
    Unauthenticated,
)  # fmt: skip
_BY_REASON = {reason: kind for kind in _CLASSES for reason in kind.reasons}
_BY_CODE = {code: kind for kind in _CLASSES for code in kind.codes}


def make_error(code: str, reason: str, message: str, retry_after: float | None = None) -> FacedError:
    """The exception of a reason; of a code where the reason has none of its own."""
    kind = _BY_REASON.get(reason) or _BY_CODE.get(code) or FacedError
    return kind(message, reason, code, retry_after)


def from_rpc(error: Any) -> FacedError:
    """The exception of a failed call, sync or async; details come as a google.rpc.Status in the trailers."""
    reason, retry_after = _details(error.trailing_metadata() or ())
    return make_error(error.code().name, reason, error.details() or "", retry_after)


def from_problem(code: int, reason: str, message: str) -> FacedError:
    """The exception of one refused item of a stream."""
    names = {status.value[0]: status.name for status in grpc.StatusCode}
    return make_error(names.get(code, "UNKNOWN"), reason, message)


def _details(trailers: Iterable[tuple[str, bytes | str]]) -> tuple[str, float | None]:
    reason, retry_after = "", None
    for key, value in trailers:
        if key != "grpc-status-details-bin" or not isinstance(value, bytes):
            continue
        for detail in call_status_pb2.Status.FromString(value).details:
            kind = detail.type_url.rpartition("/")[2]
            if kind == "google.rpc.ErrorInfo":
                info = call_status_pb2.ErrorInfo.FromString(detail.value)
                reason = info.reason if info.domain == DOMAIN else reason
            elif kind == "google.rpc.RetryInfo":
                delay = call_status_pb2.RetryInfo.FromString(detail.value).retry_delay
                retry_after = delay.seconds + delay.nanos / 1e9
    return reason, retry_after
