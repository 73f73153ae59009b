"""The client for ordinary programs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TypeVar

import grpc
from tqdm import tqdm

from faced import _calls as calls
from faced import _corrections as corrections
from faced import _operation as operation
from faced import _types as t
from faced._connection import Connection, connection
from faced._errors import FacedError, from_rpc
from faced._folder import Enrolment, FolderReport, Refusal, photographs, pictures
from faced._pictures import Photo
from faced._stream import METHOD, Outcome, Questions
from faced.v1 import recognition_service_pb2

T = TypeVar("T")


def connect(
    address: str | None = None,
    *,
    token: str | None = None,
    tls_ca: str | None = None,
    tls_certificate: str | None = None,
    tls_key: str | None = None,
    gallery: str = "default",
    timeout: float = 30,
) -> Client:
    """A client of the daemon at `address` (HOST:PORT or unix:PATH; FACED_ADDRESS, else 127.0.0.1:50151).

    `timeout` is in seconds and for one call. Nothing is sent before the first call.
    """
    return Client(connection(address, token, tls_ca, tls_certificate, tls_key, timeout), gallery)


class Client:
    """Speaks to one daemon about one gallery. May be used by several threads at once. Errors are `FacedError`s."""

    def __init__(self, connection: Connection, gallery: str) -> None:
        self.gallery = gallery
        self._connection = connection
        credentials = connection.credentials
        self._channel = (
            grpc.secure_channel(connection.address, credentials, options=connection.options)
            if credentials
            else grpc.insecure_channel(connection.address, options=connection.options)
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._channel.close()

    # Recognition

    def enroll(
        self,
        photo: Photo,
        name: str | t.IdentityRef,
        *,
        selection: t.Selection = t.Selection.SINGLE,
        again: bool = False,
        force: bool = False,
        dry_run: bool = False,
        minimum_face: t.MinimumFace = None,
    ) -> Enrolment:
        """Enrolls the face of a photograph. When it returns, the face is on the disk and found by searches.

        The identity is created where the gallery has none of that name. The same photograph of the same person is
        enrolled once, however often it is sent; `again` brings a face back that was deleted. `findings` of the
        answer say what speaks against it; where the gallery refuses that, `force` insists. `dry_run` keeps nothing.
        """
        return self._run(calls.enroll(self.gallery, photo, name, selection, again, force, dry_run, minimum_face))

    def enroll_folder(
        self,
        folder: str | os.PathLike[str],
        *,
        selection: t.Selection = t.Selection.SINGLE,
        minimum_face: t.MinimumFace = None,
        progress: bool = True,
        parallel: int = 4,
    ) -> FolderReport:
        """Enrolls a folder of one sub-folder for each person. A refused photograph does not end it."""
        report = FolderReport()
        files = list(photographs(folder))

        def one(name: str, path: os.PathLike[str]) -> Enrolment:
            return self.enroll(path, name, selection=selection, minimum_face=minimum_face)

        with ThreadPoolExecutor(parallel) as pool:
            waiting = [(path, pool.submit(one, name, path)) for name, path in files]
            for path, future in tqdm(waiting, desc="enroll", unit="photo", disable=not progress):
                try:
                    report.enrolled.append(future.result())
                except (FacedError, OSError, ValueError) as error:
                    report.refused.append(Refusal(path, error))
        return report

    def identify(
        self,
        photo: Photo,
        *,
        selection: t.Selection = t.Selection.ALL,
        candidates: int = 5,
        false_positive_rate: float | None = None,
        threshold: float | None = None,
        minimum_face: t.MinimumFace = None,
    ) -> t.Detections[t.IdentifiedFace]:
        """Who is in the photograph: a list of faces, largest first, each with a name or an honest None."""
        return self._run(
            calls.identify(self.gallery, photo, selection, candidates, false_positive_rate, threshold, minimum_face)
        )

    def identify_many(
        self,
        photos: Iterable[Photo],
        *,
        selection: t.Selection = t.Selection.ALL,
        candidates: int = 5,
        false_positive_rate: float | None = None,
        threshold: float | None = None,
        minimum_face: t.MinimumFace = None,
    ) -> Iterator[tuple[Photo, Outcome]]:
        """As `identify` for many photographs over one stream, which keeps all of the daemon's workers busy.

        Each photograph comes back in its turn with its faces, or with the error that kept it from an answer.
        """
        questions = Questions(
            photos,
            lambda photo: calls.identify(
                self.gallery, photo, selection, candidates, false_positive_rate, threshold, minimum_face
            ),
        )
        method = self._channel.stream_stream(
            METHOD,
            request_serializer=recognition_service_pb2.IdentifyRequest.SerializeToString,
            response_deserializer=recognition_service_pb2.IdentifyStreamResponse.FromString,
        )
        stream = method(questions.requests(), metadata=self._connection.metadata)
        try:
            for response in stream:
                questions.answered(response)
                yield from questions.ready()
        except grpc.RpcError as error:
            raise from_rpc(error) from None
        finally:
            # Whoever stops in the middle wants no more answers.
            stream.cancel()
        yield from questions.ready()

    def identify_folder(
        self,
        folder: str | os.PathLike[str],
        *,
        selection: t.Selection = t.Selection.ALL,
        false_positive_rate: float | None = None,
        minimum_face: t.MinimumFace = None,
    ) -> Iterator[tuple[Photo, Outcome]]:
        """Who is in each picture below a folder, with its path, in the order of names."""
        return self.identify_many(
            pictures(folder),
            selection=selection,
            false_positive_rate=false_positive_rate,
            minimum_face=minimum_face,
        )

    def verify(
        self,
        photo: Photo,
        name: str | t.IdentityRef | None = None,
        *,
        other: Photo | None = None,
        selection: t.Selection = t.Selection.SINGLE,
        false_accept_rate: float | None = None,
        minimum_face: t.MinimumFace = None,
    ) -> t.Verification:
        """Whether the photograph shows the claimed person, or the same person as another photograph."""
        return self._run(calls.verify(self.gallery, photo, name, other, selection, false_accept_rate, minimum_face))

    def detect(self, photo: Photo, *, minimum_face: t.MinimumFace = None) -> t.Detections[t.DetectedFace]:
        """Where the faces are and how good they are. Nothing is kept."""
        return self._run(calls.detect(photo, minimum_face))

    # Vectors

    def embed(
        self, photo: Photo, *, selection: t.Selection = t.Selection.ALL, minimum_face: t.MinimumFace = None
    ) -> t.Vectors:
        """The vectors of the faces, and the model that made them. Nothing is kept."""
        return self._run(calls.embed(photo, selection, minimum_face))

    def import_vectors(
        self, names: Iterable[str], vectors: Iterable[Sequence[float]], model: str, *, again: bool = False
    ) -> t.Imported:
        """Adds a table of vectors: a name and a unit vector in each row, as `embed` gives them with their model.

        Identities are made where the gallery has none of a name; what is there already is not added again.
        """
        stream = calls.import_vectors(self.gallery, names, vectors, model, again)
        return calls.total(self._stream(stream))

    # Looking after a gallery

    def check(self, *, kinds: Iterable[t.Kind] = (), minimum_faces: int = 0) -> Iterator[t.Finding]:
        """Duplicates, wrong labels, outliers, and identities with few or poor faces, as they are found."""
        return self._stream(calls.check(self.gallery, kinds, minimum_faces))

    def keep_apart(self, first: str | t.IdentityRef, second: str | t.IdentityRef, *, apart: bool = True) -> None:
        """Notes that two identities who look alike are different people, or forgets it."""
        self._run(calls.keep_apart(self.gallery, first, second, apart))

    # Corrections

    def merge(self, name: str | t.IdentityRef, into: str | t.IdentityRef) -> t.Correction:
        """Gives all faces of one identity to another; the first then no longer exists. `undo` takes it back."""
        return self._run(corrections.merge(self.gallery, name, into))

    def split(self, name: str | t.IdentityRef, faces: Iterable[int], new_name: str) -> t.Correction:
        """Gives some faces of an identity, by their numbers, to a new one."""
        return self._run(corrections.split(self.gallery, name, faces, new_name))

    def move(self, faces: Iterable[int], into: str | t.IdentityRef) -> t.Correction:
        """Gives faces of one identity, by their numbers, to another."""
        return self._run(corrections.move(self.gallery, faces, into))

    def undo(self, change: int) -> t.Correction:
        """Takes a change back; `history` lists them."""
        return self._run(corrections.undo(self.gallery, change))

    def history(self) -> Iterator[t.Change]:
        """The gallery's last 1,000 changes, newest first."""
        return self._list(corrections.history(self.gallery))

    def thresholds(self, false_positive_rates: Iterable[float] = ()) -> t.Thresholds:
        """What each of some false positive rates would mean here; without any, ten a decade from 0.0001 to 0.1."""
        return self._run(corrections.thresholds(self.gallery, false_positive_rates))

    # Galleries, identities, faces

    def galleries(self) -> list[t.Gallery]:
        return list(self._list(calls.galleries()))

    def create_gallery(
        self, name: str, *, description: str = "", discards_crops: bool = False, policy: t.Policy = t.Policy.WARN
    ) -> t.Gallery:
        return self._run(calls.create_gallery(name, description, discards_crops, policy))

    def update_gallery(self, name: str, *, description: str | None = None, policy: t.Policy | None = None) -> t.Gallery:
        """Changes what is given."""
        return self._run(calls.update_gallery(name, description, policy))

    def delete_gallery(self, name: str) -> None:
        """Erases the gallery with everything in it, and returns when the bytes have left the disk."""
        self._run(calls.delete_gallery(name))

    def identities(self, *, labels: dict[str, str] | None = None) -> Iterator[t.Identity]:
        """All, or those alone that have these labels."""
        return self._list(calls.identities(self.gallery, labels))

    def label(
        self, name: str | t.IdentityRef, labels: dict[str, str] | None = None, *, remove: Iterable[str] = ()
    ) -> t.Identity:
        """Sets labels of an identity, and takes some away."""
        return self._run(calls.label(self.gallery, name, labels or {}, remove))

    def identity(self, name: str | t.IdentityRef) -> t.Identity:
        return self._run(calls.identity(self.gallery, name))

    def create(self, name: str) -> t.Identity:
        """Makes an identity without faces; enroll makes one by itself."""
        return self._run(calls.create_identity(self.gallery, name))

    def rename(self, name: str | t.IdentityRef, new_name: str) -> t.Identity:
        return self._run(calls.rename_identity(self.gallery, name, new_name))

    def delete(self, name: str | t.IdentityRef) -> None:
        """Erases an identity with its faces, and returns when the bytes have left the disk."""
        self._run(calls.delete_identity(self.gallery, name))

    def faces(self, name: str | t.IdentityRef | None = None) -> Iterator[t.EnrolledFace]:
        """The faces of an identity; of the whole gallery without one."""
        return self._list(calls.faces(self.gallery, name))

    def crop(self, number: int) -> bytes:
        """The kept crop of a face, as JPEG."""
        return self._run(calls.crop(self.gallery, number))

    def delete_face(self, number: int) -> None:
        self._run(calls.delete_face(self.gallery, number))

    def status(self) -> t.Status:
        return self._run(calls.status())

    def last_hour(self) -> t.LastHour:
        """Calls of the last hour, minute by minute: how many, how long their parts took, and why some were refused."""
        return self._run(operation.last_hour())

    # The wire

    def _run(self, call: calls.Call[T]) -> T:
        method = self._channel.unary_unary(
            call.method,
            request_serializer=type(call.request).SerializeToString,
            response_deserializer=call.response.FromString,
        )
        try:
            response = method(call.request, timeout=self._connection.timeout, metadata=self._connection.metadata)
        except grpc.RpcError as error:
            raise from_rpc(error) from None
        return call.parse(response)

    def _stream(self, stream: calls.Stream[T]) -> Iterator[T]:
        kind = self._channel.stream_stream if stream.sends_many else self._channel.unary_stream
        method = kind(
            stream.method,
            request_serializer=stream.request_type.SerializeToString,
            response_deserializer=stream.response.FromString,
        )
        requests = iter(stream.requests) if stream.sends_many else next(iter(stream.requests))
        try:
            for response in method(requests, metadata=self._connection.metadata):
                yield stream.parse(response)
        except grpc.RpcError as error:
            raise from_rpc(error) from None

    def _list(self, listing: calls.Listing[T]) -> Iterator[T]:
        token = ""
        while True:
            items, token = self._run(listing.page(token))
            yield from items
            if not token:
                return
