"""Every call once, for both clients: the method, the request, and what becomes of the response."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Generic, TypeVar

from google.protobuf import empty_pb2

from faced import _types as t
from faced._folder import Enrolment
from faced._pictures import Photo, photo_bytes, photo_source
from faced.v1 import (
    common_pb2,
    corrections_pb2,
    findings_pb2,
    gallery_service_pb2,
    recognition_service_pb2,
    review_service_pb2,
    server_service_pb2,
    transfer_service_pb2,
    vectors_pb2,
)

T = TypeVar("T")
PAGE = 1000


@dataclass(frozen=True)
class Call(Generic[T]):
    """A unary call."""

    method: str
    request: Any
    response: type[Any]
    parse: Callable[[Any], T]


@dataclass(frozen=True)
class Stream(Generic[T]):
    """A call whose answers come one after another; with several requests they go the same way."""

    method: str
    requests: Iterable[Any]
    request_type: type[Any]
    response: type[Any]
    parse: Callable[[Any], T]
    sends_many: bool = False


@dataclass(frozen=True)
class Listing(Generic[T]):
    """A call that is repeated page by page."""

    page: Callable[[str], Call[tuple[list[T], str]]]


def method_path(service: str, method: str) -> str:
    return f"/faced.v1.{service}/{method}"


def gallery_name(gallery: str) -> str:
    return f"galleries/{gallery}"


def identity_name(gallery: str, who: t.IdentityRef) -> str:
    return f"galleries/{gallery}/identities/{who.number}"


def _target(gallery: str, who: str | t.IdentityRef, resource: str = "name") -> dict[str, Any]:
    """The fields that say which identity; a display name is always a name, whatever it looks like."""
    if isinstance(who, t.IdentityRef):
        return {resource: identity_name(gallery, who)}
    return {"named": gallery_service_pb2.NamedIdentity(gallery=gallery_name(gallery), display_name=who)}


def _smallest(face: t.MinimumFace) -> common_pb2.MinimumFace | None:
    if face is None:
        return None
    return common_pb2.MinimumFace(pixels=face) if isinstance(face, int) else common_pb2.MinimumFace(share=face)


# Recognition


def enroll(
    gallery: str, photo: Photo, who: str | t.IdentityRef, selection: t.Selection, again: bool = False,
    force: bool = False, dry_run: bool = False, minimum_face: t.MinimumFace = None,
) -> Call[Enrolment]:  # fmt: skip
    request = recognition_service_pb2.EnrollRequest(
        gallery=gallery_name(gallery),
        photo=photo_bytes(photo),
        selection=_selection(selection),
        source=photo_source(photo),
        again=again,
        force=force,
        dry_run=dry_run,
        minimum_face=_smallest(minimum_face),
    )
    if isinstance(who, t.IdentityRef):
        request.identity = identity_name(gallery, who)
    else:
        request.display_name = who
    return Call(
        method_path("RecognitionService", "Enroll"), request, recognition_service_pb2.EnrollResponse, _enrolment
    )


def identify(
    gallery: str, photo: Photo, selection: t.Selection, candidates: int, fpir: float | None, threshold: float | None,
    minimum_face: t.MinimumFace = None,
) -> Call[t.Detections[t.IdentifiedFace]]:  # fmt: skip
    data = photo_bytes(photo)
    request = recognition_service_pb2.IdentifyRequest(
        gallery=gallery_name(gallery),
        photo=data,
        selection=_selection(selection),
        max_candidates=candidates,
        false_positive_rate=fpir,
        threshold=threshold,
        minimum_face=_smallest(minimum_face),
    )
    return Call(
        method_path("RecognitionService", "Identify"),
        request,
        recognition_service_pb2.IdentifyResponse,
        lambda response: t.Detections((identified(face) for face in response.faces), data),
    )


def verify(
    gallery: str, photo: Photo, who: str | t.IdentityRef | None, other: Photo | None, selection: t.Selection,
    far: float | None, minimum_face: t.MinimumFace = None,
) -> Call[t.Verification]:  # fmt: skip
    if (who is None) == (other is None):
        raise ValueError("say either whom the photo should show or another photo to compare with, not both")
    claim: dict[str, Any]
    if isinstance(who, t.IdentityRef):
        claim = {"identity": identity_name(gallery, who)}
    elif who is not None:
        claim = {"display_name": who}
    else:
        assert other is not None
        claim = {"other_photo": photo_bytes(other)}
    request = recognition_service_pb2.VerifyRequest(
        gallery=gallery_name(gallery) if who is not None else "",
        photo=photo_bytes(photo),
        selection=_selection(selection),
        false_accept_rate=far,
        minimum_face=_smallest(minimum_face),
        **claim,
    )
    return Call(
        method_path("RecognitionService", "Verify"),
        request,
        recognition_service_pb2.VerifyResponse,
        lambda r: t.Verification(r.verified, r.distance, r.threshold),
    )


def detect(photo: Photo, minimum_face: t.MinimumFace = None) -> Call[t.Detections[t.DetectedFace]]:
    data = photo_bytes(photo)
    return Call(
        method_path("RecognitionService", "Detect"),
        recognition_service_pb2.DetectRequest(photo=data, minimum_face=_smallest(minimum_face)),
        recognition_service_pb2.DetectResponse,
        lambda r: t.Detections((_detected(face) for face in r.faces), data),
    )


# Vectors

VECTORS = 500
"""Vectors of one message of an import."""


def embed(photo: Photo, selection: t.Selection, minimum_face: t.MinimumFace = None) -> Call[t.Vectors]:
    return Call(
        method_path("VectorService", "Embed"),
        vectors_pb2.EmbedRequest(
            photo=photo_bytes(photo), selection=_selection(selection), minimum_face=_smallest(minimum_face)
        ),
        vectors_pb2.EmbedResponse,
        lambda r: t.Vectors(r.model.removeprefix("models/"), tuple(_vector_face(face) for face in r.faces)),
    )


def import_vectors(
    gallery: str, names: Iterable[str], vectors: Iterable[Sequence[float]], model: str, again: bool
) -> Stream[t.Imported]:
    names, vectors = list(names), list(vectors)
    if len(names) != len(vectors):
        raise ValueError(f"{len(names)} names do not fit {len(vectors)} vectors")
    rows = zip(names, vectors, strict=True)

    def messages() -> Iterator[Any]:
        while some := list(itertools.islice(rows, VECTORS)):
            faces = [
                transfer_service_pb2.PortableFace(display_name=name, vector=vectors_pb2.Vector(values=values))
                for name, values in some
            ]
            yield transfer_service_pb2.ImportFacesRequest(
                gallery=gallery_name(gallery), model=f"models/{model}", faces=faces, again=again
            )

    return Stream(
        method_path("TransferService", "ImportFaces"), messages(), transfer_service_pb2.ImportFacesRequest,
        transfer_service_pb2.ImportFacesResponse, _imported, sends_many=True,
    )  # fmt: skip


def total(parts: Iterable[t.Imported]) -> t.Imported:
    """What several messages of an import did together; each but the last has `VECTORS` rows."""
    added, known, created, refused = 0, 0, 0, []
    for number, part in enumerate(parts):
        added, known, created = added + part.added, known + part.known, created + part.created
        refused += [(number * VECTORS + row, reason, message) for row, reason, message in part.refused]
    return t.Imported(added, known, created, tuple(refused))


def _imported(response: Any) -> t.Imported:
    problems = [(p.index, p.problem.reason, p.problem.message) for p in response.problems]
    return t.Imported(response.added_count, response.known_count, response.identities_created, tuple(problems))


# Looking after a gallery


def check(gallery: str, kinds: Iterable[t.Kind], minimum_faces: int) -> Stream[t.Finding]:
    values: Any = [review_service_pb2.GalleryFinding.Kind.Value(kind.value) for kind in kinds]
    request = review_service_pb2.CheckGalleryRequest(
        gallery=gallery_name(gallery), kinds=values, minimum_faces=minimum_faces
    )
    return Stream(
        method_path("ReviewService", "CheckGallery"), [request], review_service_pb2.CheckGalleryRequest,
        review_service_pb2.GalleryFinding, _finding,
    )  # fmt: skip


def keep_apart(gallery: str, first: str | t.IdentityRef, second: str | t.IdentityRef, apart: bool) -> Call[None]:
    pair = {"first": choice(gallery, first), "second": choice(gallery, second)}
    if apart:
        request = review_service_pb2.KeepApartRequest(**pair)
        return Call(method_path("ReviewService", "KeepApart"), request, review_service_pb2.ApartPair, lambda _: None)
    forgotten = review_service_pb2.ForgetApartRequest(**pair)
    return Call(method_path("ReviewService", "ForgetApart"), forgotten, empty_pb2.Empty, lambda _: None)


def choice(gallery: str, who: str | t.IdentityRef) -> Any:
    return corrections_pb2.IdentityChoice(**_target(gallery, who))


# Galleries, identities, faces


def galleries() -> Listing[t.Gallery]:
    return listing(
        "ListGalleries", gallery_service_pb2.ListGalleriesRequest, gallery_service_pb2.ListGalleriesResponse,
        {}, lambda r: [_gallery(g) for g in r.galleries],
    )  # fmt: skip


def create_gallery(name: str, description: str, discards_crops: bool, policy: t.Policy) -> Call[t.Gallery]:
    request = gallery_service_pb2.CreateGalleryRequest(
        gallery_id=name,
        gallery=gallery_service_pb2.Gallery(
            description=description, discards_crops=discards_crops, enrolment_policy=_policy(policy)
        ),
    )
    return Call(method_path("GalleryService", "CreateGallery"), request, gallery_service_pb2.Gallery, _gallery)


def update_gallery(name: str, description: str | None, policy: t.Policy | None) -> Call[t.Gallery]:
    request = gallery_service_pb2.UpdateGalleryRequest(
        name=gallery_name(name), description=description, enrolment_policy=_policy(policy) if policy else None
    )
    return Call(method_path("GalleryService", "UpdateGallery"), request, gallery_service_pb2.Gallery, _gallery)


def delete_gallery(name: str) -> Call[None]:
    return _delete("DeleteGallery", gallery_service_pb2.DeleteGalleryRequest(name=gallery_name(name)))


def identities(gallery: str, labels: dict[str, str] | None = None) -> Listing[t.Identity]:
    return listing(
        "ListIdentities", gallery_service_pb2.ListIdentitiesRequest, gallery_service_pb2.ListIdentitiesResponse,
        {"parent": gallery_name(gallery), "labels": labels or {}}, lambda r: [identity_of(i) for i in r.identities],
    )  # fmt: skip


def label(gallery: str, who: str | t.IdentityRef, labels: dict[str, str], removed: Iterable[str]) -> Call[t.Identity]:
    request = gallery_service_pb2.UpdateIdentityLabelsRequest(
        **_target(gallery, who), labels=labels, removed_keys=list(removed)
    )
    return Call(
        method_path("GalleryService", "UpdateIdentityLabels"), request, gallery_service_pb2.Identity, identity_of
    )


def identity(gallery: str, who: str | t.IdentityRef) -> Call[t.Identity]:
    request = gallery_service_pb2.GetIdentityRequest(**_target(gallery, who))
    return Call(method_path("GalleryService", "GetIdentity"), request, gallery_service_pb2.Identity, identity_of)


def create_identity(gallery: str, name: str) -> Call[t.Identity]:
    request = gallery_service_pb2.CreateIdentityRequest(parent=gallery_name(gallery), display_name=name)
    return Call(method_path("GalleryService", "CreateIdentity"), request, gallery_service_pb2.Identity, identity_of)


def rename_identity(gallery: str, who: str | t.IdentityRef, name: str) -> Call[t.Identity]:
    request = gallery_service_pb2.RenameIdentityRequest(**_target(gallery, who), display_name=name)
    return Call(method_path("GalleryService", "RenameIdentity"), request, gallery_service_pb2.Identity, identity_of)


def delete_identity(gallery: str, who: str | t.IdentityRef) -> Call[None]:
    return _delete("DeleteIdentity", gallery_service_pb2.DeleteIdentityRequest(**_target(gallery, who)))


def faces(gallery: str, who: str | t.IdentityRef | None) -> Listing[t.EnrolledFace]:
    of = {"parent": gallery_name(gallery)} if who is None else _target(gallery, who, "parent")
    return listing(
        "ListFaces", gallery_service_pb2.ListFacesRequest, gallery_service_pb2.ListFacesResponse,
        of, lambda r: [enrolled(f) for f in r.faces],
    )  # fmt: skip


def crop(gallery: str, number: int) -> Call[bytes]:
    request = gallery_service_pb2.GetFaceCropRequest(name=f"galleries/{gallery}/faces/{number}")
    return Call(
        method_path("GalleryService", "GetFaceCrop"), request, gallery_service_pb2.FaceCrop, lambda r: bytes(r.image)
    )


def delete_face(gallery: str, number: int) -> Call[None]:
    name = f"galleries/{gallery}/faces/{number}"
    return _delete("DeleteFace", gallery_service_pb2.DeleteFaceRequest(name=name))


def status() -> Call[t.Status]:
    return Call(
        method_path("ServerService", "GetServerStatus"),
        server_service_pb2.GetServerStatusRequest(),
        server_service_pb2.ServerStatus,
        lambda s: t.Status(
            version=s.version, model=s.active_model.removeprefix("models/"), galleries=s.gallery_count,
            identities=s.identity_count, faces=s.face_count, store_bytes=s.store_bytes,
            maximum_photo_bytes=s.max_photo_bytes, maximum_photo_pixels=s.max_photo_pixels,
            false_positive_rate=s.false_positive_rate,
        ),
    )  # fmt: skip


# From messages to dataclasses


def identified(face: Any) -> t.IdentifiedFace:
    name = recognition_service_pb2.Decision.Name(face.decision).removeprefix("DECISION_")
    return t.IdentifiedFace(
        box=_box(face.box),
        # A decision that this version does not know is never taken for a name.
        decision=t.Decision[name] if name in t.Decision.__members__ else t.Decision.UNKNOWN,
        candidates=tuple(t.Candidate(c.display_name, c.distance, c.identity) for c in face.candidates),
        threshold=face.threshold,
        score=face.detection_score,
        quality=_quality(face.quality),
    )


def enrolled(face: Any) -> t.EnrolledFace:
    return t.EnrolledFace(
        number=_number(face.name),
        source=face.source,
        box=_box(face.box),
        created=time_of(face.create_time),
        quality=face.quality if face.HasField("quality") else None,
    )


def _enrolment(response: Any) -> Enrolment:
    return Enrolment(
        identity=identity_of(response.identity),
        faces=tuple(enrolled(face) for face in response.faces),
        created=response.identity_created,
        known=response.replayed or response.already_enrolled,
        findings=tuple(
            t.EnrolmentFinding(f.reason, f.message, f.display_name or None, optional(f, "distance"))
            for f in response.findings
        ),
        dry_run=response.dry_run,
    )


def _finding(finding: Any) -> t.Finding:
    return t.Finding(
        kind=t.Kind[review_service_pb2.GalleryFinding.Kind.Name(finding.kind)],
        identity=identity_of(finding.identity),
        other=identity_of(finding.other) if finding.HasField("other") else None,
        face=_number(finding.face) if finding.face else None,
        distance=optional(finding, "distance"),
        own_distance=optional(finding, "own_distance"),
        quality=optional(finding, "quality"),
    )


def _vector_face(face: Any) -> t.VectorFace:
    return t.VectorFace(
        box=_box(face.box),
        score=face.detection_score,
        landmarks=_landmarks(face.landmarks) if face.HasField("landmarks") else None,
        quality=_quality(face.quality),
        vector=tuple(face.vector.values),
    )


def optional(message: Any, field: str) -> float | None:
    return getattr(message, field) if message.HasField(field) else None


def _detected(face: Any) -> t.DetectedFace:
    return t.DetectedFace(
        box=_box(face.box),
        score=face.detection_score,
        landmarks=_landmarks(face.landmarks) if face.HasField("landmarks") else None,
        quality=_quality(face.quality),
    )


def identity_of(identity: Any) -> t.Identity:
    return t.Identity(
        identity.display_name, _number(identity.name), identity.face_count, time_of(identity.create_time),
        dict(identity.labels),
    )  # fmt: skip


def _gallery(gallery: Any) -> t.Gallery:
    return t.Gallery(
        gallery.name.removeprefix("galleries/"), gallery.description, gallery.discards_crops,
        time_of(gallery.create_time), _known_policy(gallery.enrolment_policy),
    )  # fmt: skip


def _policy(policy: t.Policy) -> Any:
    return findings_pb2.EnrolmentPolicy.Value(f"ENROLMENT_POLICY_{policy.value}")


def _known_policy(policy: int) -> t.Policy:
    name = findings_pb2.EnrolmentPolicy.Name(policy).removeprefix("ENROLMENT_POLICY_")
    return t.Policy[name] if name in t.Policy.__members__ else t.Policy.WARN


def _box(box: Any) -> t.Box:
    return t.Box(box.x, box.y, box.width, box.height)


def _landmarks(points: Any) -> t.Landmarks:
    names = ("right_eye", "left_eye", "nose", "right_mouth", "left_mouth")
    return t.Landmarks(*(t.Point(getattr(points, name).x, getattr(points, name).y) for name in names))


def _quality(quality: Any) -> t.Quality:
    return t.Quality(
        overall=quality.overall,
        size=quality.size,
        sharpness=quality.sharpness,
        brightness=quality.brightness,
        confidence=quality.confidence,
        pose=quality.pose if quality.HasField("pose") else None,
    )


def time_of(timestamp: Any) -> datetime:
    when: datetime = timestamp.ToDatetime(tzinfo=timezone.utc)
    return when


def _number(name: str) -> int:
    # What a dry run would create has no name.
    return int(name.rsplit("/", 1)[1]) if name else 0


def _selection(selection: t.Selection) -> Any:
    return common_pb2.FaceSelection.Value(f"FACE_SELECTION_{selection.value}")


def _delete(method: str, request: Any) -> Call[None]:
    return Call(method_path("GalleryService", method), request, empty_pb2.Empty, lambda _: None)


def listing(
    method: str, request: type[Any], response: type[Any], fields: dict[str, Any], items: Callable[[Any], list[T]],
    service: str = "GalleryService",
) -> Listing[T]:  # fmt: skip
    def page(token: str) -> Call[tuple[list[T], str]]:
        return Call(
            method_path(service, method),
            request(page_size=PAGE, page_token=token, **fields),
            response,
            lambda r: (items(r), r.next_page_token),
        )

    return Listing(page)
