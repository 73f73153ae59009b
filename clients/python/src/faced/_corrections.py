"""Corrections of who is who, and what thresholds would mean: the calls of both clients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from faced import _types as t
from faced._calls import Call, Listing, choice, gallery_name, identity_of, listing, method_path, optional, time_of
from faced.v1 import calibration_service_pb2, corrections_pb2


def merge(gallery: str, who: str | t.IdentityRef, into: str | t.IdentityRef) -> Call[t.Correction]:
    request = corrections_pb2.MergeIdentitiesRequest(**{"from": choice(gallery, who)}, into=choice(gallery, into))
    return _correct("MergeIdentities", request)


def split(gallery: str, who: str | t.IdentityRef, faces: Iterable[int], name: str) -> Call[t.Correction]:
    fields: dict[str, Any] = {"from": choice(gallery, who), "faces": _faces(gallery, faces), "display_name": name}
    return _correct("SplitIdentity", corrections_pb2.SplitIdentityRequest(**fields))


def move(gallery: str, faces: Iterable[int], into: str | t.IdentityRef) -> Call[t.Correction]:
    request = corrections_pb2.MoveFacesRequest(faces=_faces(gallery, faces), into=choice(gallery, into))
    return _correct("MoveFaces", request)


def undo(gallery: str, change: int) -> Call[t.Correction]:
    return _correct("UndoChange", corrections_pb2.UndoChangeRequest(name=f"{gallery_name(gallery)}/changes/{change}"))


def history(gallery: str) -> Listing[t.Change]:
    return listing(
        "ListChanges", corrections_pb2.ListChangesRequest, corrections_pb2.ListChangesResponse,
        {"parent": gallery_name(gallery)}, lambda r: [_change(c) for c in r.changes], service="CorrectionService",
    )  # fmt: skip


def thresholds(gallery: str, rates: Iterable[float]) -> Call[t.Thresholds]:
    request = calibration_service_pb2.EstimateThresholdsRequest(
        gallery=gallery_name(gallery), false_positive_rates=list(rates)
    )
    return Call(
        method_path("CalibrationService", "EstimateThresholds"),
        request,
        calibration_service_pb2.EstimateThresholdsResponse,
        lambda r: t.Thresholds(
            estimates=tuple(_estimate(estimate) for estimate in r.estimates), identities=r.identity_count,
            faces=r.face_count, lowest_supported_rate=r.lowest_supported_rate,
        ),
    )  # fmt: skip


def _estimate(estimate: Any) -> t.ThresholdEstimate:
    return t.ThresholdEstimate(
        false_positive_rate=estimate.false_positive_rate,
        threshold=estimate.threshold,
        strangers_accepted=optional(estimate, "strangers_accepted"),
        known_missed=optional(estimate, "known_missed"),
    )


def _correct(method: str, request: Any) -> Call[t.Correction]:
    return Call(
        method_path("CorrectionService", method),
        request,
        corrections_pb2.CorrectionResponse,
        lambda r: t.Correction(_change(r.change), identity_of(r.identity)),
    )


def _change(change: Any) -> t.Change:
    return t.Change(
        number=int(change.name.rsplit("/", 1)[1]),
        kind=corrections_pb2.Change.Kind.Name(change.kind),
        state=corrections_pb2.Change.State.Name(change.state),
        created=time_of(change.create_time),
        source=change.from_display_name or None,
        into=change.into_display_name or None,
        faces=change.face_count,
    )


def _faces(gallery: str, numbers: Iterable[int]) -> list[str]:
    return [f"{gallery_name(gallery)}/faces/{number}" for number in numbers]
