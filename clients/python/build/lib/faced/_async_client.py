"""The client for asyncio: the same calls, awaited."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from types import TracebackType
from typing import TypeVar

import grpc
import grpc.aio
from tqdm import tqdm

from faced import _calls as calls
from faced import _types as t
from faced._connection import Connection, connection
from faced._errors import FacedError, from_rpc
from faced._folder import Enrolment, FolderReport, Refusal, photographs
from faced._pictures import Photo

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
    ) -> Enrolment:
        return await self._run(calls.enroll(self.gallery, photo, name, selection, again))

    async def enroll_folder(
        self,
        folder: str | os.PathLike[str],
        *,
        selection: t.Selection = t.Selection.SINGLE,
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
                        data = await asyncio.to_thread(lambda: calls.enroll(self.gallery, path, name, selection, False))
                        return await self._run(data)
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
    ) -> t.Detections[t.IdentifiedFace]:
        return await self._run(
            calls.identify(self.gallery, photo, selection, candidates, false_positive_rate, threshold)
        )

    async def verify(
        self,
        photo: Photo,
        name: str | t.IdentityRef | None = None,
        *,
        other: Photo | None = None,
        selection: t.Selection = t.Selection.SINGLE,
        false_accept_rate: float | None = None,
    ) -> t.Verification:
        return await self._run(calls.verify(self.gallery, photo, name, other, selection, false_accept_rate))

    async def detect(self, photo: Photo) -> t.Detections[t.DetectedFace]:
        return await self._run(calls.detect(photo))

    # Galleries, identities, faces

    async def galleries(self) -> list[t.Gallery]:
        return [gallery async for gallery in self._list(calls.galleries())]

    async def create_gallery(self, name: str, *, description: str = "", discards_crops: bool = False) -> t.Gallery:
        return await self._run(calls.create_gallery(name, description, discards_crops))

    async def delete_gallery(self, name: str) -> None:
        await self._run(calls.delete_gallery(name))

    def identities(self) -> AsyncIterator[t.Identity]:
        return self._list(calls.identities(self.gallery))

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

    async def _list(self, listing: calls.Listing[T]) -> AsyncIterator[T]:
        token = ""
        while True:
            items, token = await self._run(listing.page(token))
            for item in items:
                yield item
            if not token:
                return
