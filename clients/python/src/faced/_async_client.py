"""The client for asyncio: the same calls, awaited."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Sequence
from types import TracebackType
from typing import Any, TypeVar

import grpc
import grpc.aio
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


def connect_async(
    address: str | None = None,
    *,
    token: str | None = None,
    tls_ca: str | None = None,
    tls_certificate: str | None = None,
    tls_key: str | None = None,
    gallery: str = "default",
    timeout: float = 30,
) -> AsyncClient:
    """As `faced.connect`, for `async with`."""
    return AsyncClient(connection(address, token, tls_ca, tls_certificate, tls_key, timeout), gallery)


class AsyncClient:
    """As `Client`, with every call awaited and every listing an async iterator."""

    def __init__(self, connection: Connection, gallery: str) -> None:
        self.gallery = gallery
        self._connection = connection
        credentials = connection.credentials
        self._channel = (
            grpc.aio.secure_channel(connection.address, credentials, options=connection.options)
            if credentials
            else grpc.aio.insecure_channel(connection.address, options=connection.options)
        )

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._channel.close(None)

    # Recognition

    async def enroll(
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
        return await self._run(calls.enroll(self.gallery, photo, name, selection, again, force, dry_run, minimum_face))

    async def enroll_folder(
        self,
        folder: str | os.PathLike[str],
        *,
        selection: t.Selection = t.Selection.SINGLE,
        minimum_face: t.MinimumFace = None,
        progress: bool = True,
        parallel: int = 4,
    ) -> FolderReport:
        report = FolderReport()
        slots = asyncio.Semaphore(parallel)
        files = await asyncio.to_thread(lambda: list(photographs(folder)))
        with tqdm(total=len(files), desc="enroll", unit="photo", disable=not progress) as bar:

            async def one(name: str, path: os.PathLike[str]) -> Enrolment:
                async with slots:
                    try:
                        call = await asyncio.to_thread(
                            lambda: calls.enroll(self.gallery, path, name, selection, minimum_face=minimum_face)
                        )
                        return await self._run(call)
                    finally:
                        bar.update()

            outcomes = await asyncio.gather(*(one(name, path) for name, path in files), return_exceptions=True)
        for (_, path), outcome in zip(files, outcomes, strict=True):
            if isinstance(outcome, Enrolment):
                report.enrolled.append(outcome)
            elif isinstance(outcome, FacedError | OSError | ValueError):
                report.refused.append(Refusal(path, outcome))
            else:
                raise outcome
        return report

    async def identify(
        self,
        photo: Photo,
        *,
        selection: t.Selection = t.Selection.ALL,
        candidates: int = 5,
        false_positive_rate: float | None = None,
        threshold: float | None = None,
        minimum_face: t.MinimumFace = None,
    ) -> t.Detections[t.IdentifiedFace]:
        return await self._run(
            calls.identify(self.gallery, photo, selection, candidates, false_positive_rate, threshold, minimum_face)
        )

    async def identify_many(
        self,
        photos: Iterable[Photo],
        *,
        selection: t.Selection = t.Selection.ALL,
        candidates: int = 5,
        false_positive_rate: float | None = None,
        threshold: float | None = None,
        minimum_face: t.MinimumFace = None,
    ) -> AsyncIterator[tuple[Photo, Outcome]]:
        """As `Client.identify_many`."""
        questions = Questions(
            photos,
            lambda photo: calls.identify(
                self.gallery, photo, selection, candidates, false_positive_rate, threshold, minimum_face
            ),
        )

        async def requests() -> AsyncIterator[Any]:
            # Reading and encoding a picture must not hold the loop up.
            while (request := await asyncio.to_thread(questions.next)) is not None:
                yield request

        method = self._channel.stream_stream(
            METHOD,
            request_serializer=recognition_service_pb2.IdentifyRequest.SerializeToString,
            response_deserializer=recognition_service_pb2.IdentifyStreamResponse.FromString,
        )
        stream = method(requests(), metadata=self._connection.metadata)
        try:
            async for response in stream:
                questions.answered(response)
                for photo, outcome in questions.ready():
                    yield photo, outcome
        except grpc.aio.AioRpcError as error:
            raise from_rpc(error) from None
        finally:
            # Whoever stops in the middle wants no more answers.
            stream.cancel()
        for photo, outcome in questions.ready():
            yield photo, outcome

    def identify_folder(
        self,
        folder: str | os.PathLike[str],
        *,
        selection: t.Selection = t.Selection.ALL,
        false_positive_rate: float | None = None,
        minimum_face: t.MinimumFace = None,
    ) -> AsyncIterator[tuple[Photo, Outcome]]:
        return self.identify_many(
            pictures(folder),
            selection=selection,
            false_positive_rate=false_positive_rate,
            minimum_face=minimum_face,
        )

    async def verify(
        self,
        photo: Photo,
        name: str | t.IdentityRef | None = None,
        *,
        other: Photo | None = None,
        selection: t.Selection = t.Selection.SINGLE,
        false_accept_rate: float | None = None,
        minimum_face: t.MinimumFace = None,
    ) -> t.Verification:
        return await self._run(
            calls.verify(self.gallery, photo, name, other, selection, false_accept_rate, minimum_face)
        )

    async def detect(self, photo: Photo, *, minimum_face: t.MinimumFace = None) -> t.Detections[t.DetectedFace]:
        return await self._run(calls.detect(photo, minimum_face))

    # Vectors

    async def embed(
        self, photo: Photo, *, selection: t.Selection = t.Selection.ALL, minimum_face: t.MinimumFace = None
    ) -> t.Vectors:
        """The vectors of the faces, and the model that made them. Nothing is kept."""
        return await self._run(calls.embed(photo, selection, minimum_face))

    async def import_vectors(
        self, names: Iterable[str], vectors: Iterable[Sequence[float]], model: str, *, again: bool = False
    ) -> t.Imported:
        """Adds a table of vectors: a name and a unit vector in each row, as `embed` gives them with their model.

        Identities are made where the gallery has none of a name; what is there already is not added again.
        """
        stream = calls.import_vectors(self.gallery, names, vectors, model, again)
        return calls.total([part async for part in self._stream(stream)])

    # Looking after a gallery

    def check(self, *, kinds: Iterable[t.Kind] = (), minimum_faces: int = 0) -> AsyncIterator[t.Finding]:
        """Duplicates, wrong labels, outliers, and identities with few or poor faces, as they are found."""
        return self._stream(calls.check(self.gallery, kinds, minimum_faces))

    async def keep_apart(self, first: str | t.IdentityRef, second: str | t.IdentityRef, *, apart: bool = True) -> None:
        """Notes that two identities who look alike are different people, or forgets it."""
        await self._run(calls.keep_apart(self.gallery, first, second, apart))

    # Corrections

    async def merge(self, name: str | t.IdentityRef, into: str | t.IdentityRef) -> t.Correction:
        """Gives all faces of one identity to another; the first then no longer exists. `undo` takes it back."""
        return await self._run(corrections.merge(self.gallery, name, into))

    async def split(self, name: str | t.IdentityRef, faces: Iterable[int], new_name: str) -> t.Correction:
        """Gives some faces of an identity, by their numbers, to a new one."""
        return await self._run(corrections.split(self.gallery, name, faces, new_name))

    async def move(self, faces: Iterable[int], into: str | t.IdentityRef) -> t.Correction:
        """Gives faces of one identity, by their numbers, to another."""
        return await self._run(corrections.move(self.gallery, faces, into))

    async def undo(self, change: int) -> t.Correction:
        """Takes a change back; `history` lists them."""
        return await self._run(corrections.undo(self.gallery, change))

    def history(self) -> AsyncIterator[t.Change]:
        """The gallery's last 1,000 changes, newest first."""
        return self._list(corrections.history(self.gallery))

    async def thresholds(self, false_positive_rates: Iterable[float] = ()) -> t.Thresholds:
        """What each of some false positive rates would mean here; without any, ten a decade from 0.0001 to 0.1."""
        return await self._run(corrections.thresholds(self.gallery, false_positive_rates))

    # Galleries, identities, faces

    async def galleries(self) -> list[t.Gallery]:
        return [gallery async for gallery in self._list(calls.galleries())]

    async def create_gallery(
        self, name: str, *, description: str = "", discards_crops: bool = False, policy: t.Policy = t.Policy.WARN
    ) -> t.Gallery:
        return await self._run(calls.create_gallery(name, description, discards_crops, policy))

    async def update_gallery(
        self, name: str, *, description: str | None = None, policy: t.Policy | None = None
    ) -> t.Gallery:
        """Changes what is given."""
        return await self._run(calls.update_gallery(name, description, policy))

    async def delete_gallery(self, name: str) -> None:
        await self._run(calls.delete_gallery(name))

    def identities(self, *, labels: dict[str, str] | None = None) -> AsyncIterator[t.Identity]:
        """All, or those alone that have these labels."""
        return self._list(calls.identities(self.gallery, labels))

    async def label(
        self, name: str | t.IdentityRef, labels: dict[str, str] | None = None, *, remove: Iterable[str] = ()
    ) -> t.Identity:
        """Sets labels of an identity, and takes some away."""
        return await self._run(calls.label(self.gallery, name, labels or {}, remove))

    async def identity(self, name: str | t.IdentityRef) -> t.Identity:
        return await self._run(calls.identity(self.gallery, name))

    async def create(self, name: str) -> t.Identity:
        """Makes an identity without faces; enroll makes one by itself."""
        return await self._run(calls.create_identity(self.gallery, name))

    async def rename(self, name: str | t.IdentityRef, new_name: str) -> t.Identity:
        return await self._run(calls.rename_identity(self.gallery, name, new_name))

    async def delete(self, name: str | t.IdentityRef) -> None:
        await self._run(calls.delete_identity(self.gallery, name))

    def faces(self, name: str | t.IdentityRef | None = None) -> AsyncIterator[t.EnrolledFace]:
        return self._list(calls.faces(self.gallery, name))

    async def crop(self, number: int) -> bytes:
        """The kept crop of a face, as JPEG."""
        return await self._run(calls.crop(self.gallery, number))

    async def delete_face(self, number: int) -> None:
        await self._run(calls.delete_face(self.gallery, number))

    async def status(self) -> t.Status:
        return await self._run(calls.status())

    async def last_hour(self) -> t.LastHour:
        """Calls of the last hour, minute by minute: how many, how long their parts took, and why some were refused."""
        return await self._run(operation.last_hour())

    # The wire

    async def _run(self, call: calls.Call[T]) -> T:
        method = self._channel.unary_unary(
            call.method,
            request_serializer=type(call.request).SerializeToString,
            response_deserializer=call.response.FromString,
        )
        try:
            response = await method(call.request, timeout=self._connection.timeout, metadata=self._connection.metadata)
        except grpc.aio.AioRpcError as error:
            raise from_rpc(error) from None
        return call.parse(response)

    async def _stream(self, stream: calls.Stream[T]) -> AsyncIterator[T]:
        kind = self._channel.stream_stream if stream.sends_many else self._channel.unary_stream
        method = kind(
            stream.method,
            request_serializer=stream.request_type.SerializeToString,
            response_deserializer=stream.response.FromString,
        )
        requests = stream.requests if stream.sends_many else next(iter(stream.requests))
        try:
            async for response in method(requests, metadata=self._connection.metadata):
                yield stream.parse(response)
        except grpc.aio.AioRpcError as error:
            raise from_rpc(error) from None

    async def _list(self, listing: calls.Listing[T]) -> AsyncIterator[T]:
        token = ""
        while True:
            items, token = await self._run(listing.page(token))
            for item in items:
                yield item
            if not token:
                return
