"""A client of faced, the face identification daemon.

>>> import faced
>>> with faced.connect("localhost:50151") as client:          # doctest: +SKIP
...     client.enroll("ada.jpg", "Ada Lovelace")
...     for face in client.identify("door.jpg"):
...         print(face.name, face.distance)
"""

from faced._async_client import AsyncClient, connect_async
from faced._client import Client, connect
from faced._errors import (
    Busy,
    DeadlineExceeded,
    FaceDeletedSince,
    FacedError,
    GalleryNotFound,
    IdentityNotFound,
    ImageDamaged,
    ImageTooLarge,
    LowQuality,
    NoFace,
    NotAnImage,
    PermissionDenied,
    SeveralFaces,
    Unauthenticated,
    Unavailable,
)
from faced._folder import Enrolment, FolderReport, Refusal
from faced._pictures import Photo, bgr
from faced._types import (
    Box,
    Candidate,
    Decision,
    DetectedFace,
    Detections,
    EnrolledFace,
    Gallery,
    IdentifiedFace,
    Identity,
    IdentityRef,
    Landmarks,
    Point,
    Quality,
    Selection,
    Status,
    Verification,
)

__all__ = [
    "AsyncClient",
    "Box",
    "Busy",
    "Candidate",
    "Client",
    "DeadlineExceeded",
    "Decision",
    "DetectedFace",
    "Detections",
    "EnrolledFace",
    "Enrolment",
    "FaceDeletedSince",
    "FacedError",
    "FolderReport",
    "Gallery",
    "GalleryNotFound",
    "IdentifiedFace",
    "Identity",
    "IdentityNotFound",
    "IdentityRef",
    "ImageDamaged",
    "ImageTooLarge",
    "Landmarks",
    "LowQuality",
    "NoFace",
    "NotAnImage",
    "PermissionDenied",
    "Photo",
    "Point",
    "Quality",
    "Refusal",
    "Selection",
    "SeveralFaces",
    "Status",
    "Unauthenticated",
    "Unavailable",
    "Verification",
    "bgr",
    "connect",
    "connect_async",
]
