#!/usr/bin/env python3
"""Kills a daemon again and again in the middle of changes, or fills its disk, and checks what it had acknowledged.

Workers enroll, import, delete, rename, merge, move, and make and revoke tokens, each on identities of its own, so that each knows
what has to be there: the state after its last acknowledged change, or that after the one which was under way. A reindex runs beside.

    python3 scripts/crash-rounds.py --rounds 200
    python3 scripts/crash-rounds.py --rounds 200 --encrypted
    python3 scripts/crash-rounds.py --rounds 100 --full /mnt/small     # a file system of its own, of some tens of MiB

It needs a release build, and grpcio and protobuf for Python.
"""

from __future__ import annotations

import argparse
import copy
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

root = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(root / "clients/python/src"))

import grpc
from faced.v1 import access_service_pb2 as access
from faced.v1 import corrections_pb2 as corrections
from faced.v1 import gallery_service_pb2 as gallery
from faced.v1 import model_service_pb2 as models
from faced.v1 import recognition_service_pb2 as recognition
from faced.v1 import server_service_pb2 as server
from faced.v1 import transfer_service_pb2 as transfer
from google.protobuf import empty_pb2

GALLERY = "galleries/default"
DIMENSION = 128


class Client:
    """The calls that are needed, by their paths."""

    def __init__(self, address: Any) -> None:
        self.channel = grpc.insecure_channel(address)
        self.active = self.call("ServerService/GetServerStatus", server.GetServerStatusRequest(), server.ServerStatus).active_model

    def call(self, path: str, request: Any, answer: type[Any], timeout: float = 20) -> Any:
        call = self.channel.unary_unary(
            f"/faced.v1.{path}", request_serializer=type(request).SerializeToString, response_deserializer=answer.FromString)
        return call(request, timeout=timeout)

    def import_faces(self, request: Any) -> Any:
        call = self.channel.stream_stream(
            "/faced.v1.TransferService/ImportFaces", request_serializer=transfer.ImportFacesRequest.SerializeToString,
            response_deserializer=transfer.ImportFacesResponse.FromString)
        return list(call(iter([request]), timeout=20))

    def close(self) -> None:
        self.channel.close()


def vector(seed: str) -> list[float]:
    noise = random.Random(seed)
    values = [noise.gauss(0, 1) for _ in range(DIMENSION)]
    length = sum(v * v for v in values) ** 0.5
    return [v / length for v in values]


def named(name: str) -> Any:
    return corrections.IdentityChoice(named={"gallery": GALLERY, "display_name": name})


class OtherModel(Exception):
    """The daemon has moved to another model: nothing was changed."""


class NotWritten(Exception):
    """The store took no changes: what was asked for may have come about all the same."""


class Worker(threading.Thread):
    """Changes identities of its own until a call fails, and knows what they have to be.

    A state is identities' names with the sources of their faces, and the labels of tokens.
    """

    def __init__(self, number: int, before: Any, start: Any, address: Any, seed: str) -> None:
        super().__init__()
        self.number = number
        self.state, self.after = before, None
        self.counter = start
        self.client = Client(address)
        self.random = random.Random(seed)
        self.problem = None
        self.counts = {}

    def run(self) -> None:
        try:
            while True:
                self.step()
        except grpc.RpcError as error:
            self.error = error
        except NotWritten as error:
            self.error = error
        except (RuntimeError, KeyError, StopIteration) as error:
            self.problem = repr(error)

    def next(self, kind: str) -> str:
        self.counter += 1
        return f"{kind}{self.number}-{self.counter}"

    def attempt(self, kind: str, change: Callable[..., Any], call: Callable[[], Any]) -> Any:
        """Makes a call that turns the state into `change(state)`."""
        self.after = copy.deepcopy(self.state)
        change(self.after)
        try:
            result = call()
        except OtherModel:
            return self.begin_anew()
        except grpc.RpcError as error:
            # Refused: whatever there is, is as it was. What failed otherwise may have come about.
            if error.code() in (grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.RESOURCE_EXHAUSTED):
                self.after = None
                if "model" in (error.details() or ""):
                    return self.begin_anew()
            raise
        self.state, self.after = self.after, None
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return result

    def begin_anew(self) -> None:
        """With the model that answers now."""
        self.after = None
        self.client.close()
        self.client = Client(ADDRESS[0])

    def step(self) -> None:
        people = [name for name in self.state if not name.startswith("token ")]
        tokens = [name for name in self.state if name.startswith("token ")]
        kind = self.random.choice(
            ["enroll", "enroll", "enroll", "import", "delete", "rename", "merge", "move", "token", "revoke"])
        if kind == "enroll" or len(people) < 3:
            name = self.random.choice(people) if people and self.random.random() < 0.6 else self.next("p")
            source = self.next("f")
            request = recognition.EnrollRequest(
                gallery=GALLERY, display_name=name, source=source, model=self.client.active,
                vector={"values": vector(source)}, request_id=source)
            self.attempt(
                "enroll", lambda s: s.setdefault(name, set()).add(source),
                lambda: self.client.call("RecognitionService/Enroll", request, recognition.EnrollResponse))
        elif kind == "import":
            name, sources = self.next("p"), [self.next("f") for _ in range(3)]
            request = transfer.ImportFacesRequest(gallery=GALLERY, model=self.client.active)
            for source in sources:
                request.faces.add(display_name=name, source=source, vector={"values": vector(source)})
            self.attempt(
                "import", lambda s: s.__setitem__(name, set(sources)), lambda: self.check_import(request))
        elif kind == "delete":
            name = self.random.choice(people)
            request = gallery.DeleteIdentityRequest(named={"gallery": GALLERY, "display_name": name})
            self.attempt(
                "delete", lambda s: s.pop(name),
                lambda: self.client.call("GalleryService/DeleteIdentity", request, empty_pb2.Empty))
        elif kind == "rename":
            name, new = self.random.choice(people), self.next("p")
            request = gallery.RenameIdentityRequest(named={"gallery": GALLERY, "display_name": name}, display_name=new)
            self.attempt(
                "rename", lambda s: s.__setitem__(new, s.pop(name)),
                lambda: self.client.call("GalleryService/RenameIdentity", request, gallery.Identity))
        elif kind == "merge":
            source, target = self.random.sample(people, 2)
            request = corrections.MergeIdentitiesRequest(into=named(target))
            getattr(request, "from").CopyFrom(named(source))
            self.attempt(
                "merge", lambda s: s.__setitem__(target, s[target] | s.pop(source)),
                lambda: self.client.call("CorrectionService/MergeIdentities", request, corrections.CorrectionResponse))
        elif kind == "move":
            source, target = self.random.sample(people, 2)
            if not self.state[source]:
                return
            face = self.random.choice(sorted(self.state[source]))
            listed = self.client.call(
                "GalleryService/ListFaces",
                gallery.ListFacesRequest(named={"gallery": GALLERY, "display_name": source}, page_size=1000),
                gallery.ListFacesResponse).faces
            request = corrections.MoveFacesRequest(faces=[f.name for f in listed if f.source == face], into=named(target))

            def moved(s: Any) -> None:
                s[source].remove(face)
                s[target].add(face)

            self.attempt(
                "move", moved,
                lambda: self.client.call("CorrectionService/MoveFaces", request, corrections.CorrectionResponse))
        elif kind == "token" and len(tokens) < 20:
            label = self.next("token ")
            request = access.CreateTokenRequest(label=label, scopes=[1])
            answer = self.attempt(
                "token", lambda s: s.__setitem__(label, set()),
                lambda: self.client.call("AccessService/CreateToken", request, access.CreateTokenResponse))
            if answer is None:
                return
        elif kind == "revoke" and tokens:
            label = self.random.choice(tokens)
            listed = self.client.call("AccessService/ListTokens", access.ListTokensRequest(), access.ListTokensResponse).tokens
            request = access.RevokeTokenRequest(name=next(t.name for t in listed if t.label == label))
            self.attempt(
                "revoke", lambda s: s.pop(label),
                lambda: self.client.call("AccessService/RevokeToken", request, empty_pb2.Empty))

    def check_import(self, request: Any) -> None:
        answers = self.client.import_faces(request)
        for answer in answers:
            reasons = {p.problem.reason for p in answer.problems}
            if reasons & {"MODEL_MISMATCH", "MODEL_CHANGED"} and answer.added_count == 0:
                raise OtherModel
            if "STORE_FAILED" in reasons:
                raise NotWritten
            if answer.problems:
                raise RuntimeError(f"an import was refused: {answer.problems[0].problem.reason}")

    def judge(self, found: Any) -> str | None:
        """What is wrong with the state that was found of this worker's; None where nothing is."""
        mine = {
            name: sources for name, sources in found.items()
            if name.startswith((f"p{self.number}-", f"token {self.number}-"))
        }
        if mine == self.state or (self.after is not None and mine == self.after):
            return None
        # Faces of a message that is imported come one by one.
        if self.after is not None:
            changed = [n for n in self.after if self.after[n] != self.state.get(n)]
            rest = {n: s for n, s in mine.items() if n not in changed}
            is_else_the_same = rest == {n: s for n, s in self.state.items() if n not in changed}
            if len(changed) == 1 and is_else_the_same and changed[0] not in self.state \
                    and mine.get(changed[0], set()) <= self.after[changed[0]]:
                return None
        expected = self.after if self.after is not None else self.state
        lost = {n: sorted(s - mine.get(n, set())) for n, s in self.state.items() if s - mine.get(n, set()) or n not in mine}
        back = {n: sorted(s - expected.get(n, set())) for n, s in mine.items() if n not in expected or s - expected[n]}
        return f"worker {self.number}: lost {lost}, back {back}"


ADDRESS = [None]
PROGRAMS = [root / ".build/release"]


class Daemon:
    def __init__(self, data: Path, arguments: list[Any]) -> None:
        started = time.monotonic()
        self.process = subprocess.Popen(
            [PROGRAMS[0] / "faced", "--data", data, "--address", "127.0.0.1:0", "--log-level", "critical", *arguments],
            stdout=subprocess.PIPE, text=True)
        self.address = None
        for line in self.process.stdout:
            if line.startswith("address "):
                self.address = ADDRESS[0] = line.split()[1]
            if line == "ready\n":
                break
        else:
            raise SystemExit("faced ended before it was ready")
        self.seconds = time.monotonic() - started

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> Any:
        self.process.terminate()
        return self.process.wait()


def state_of(client: Any) -> Any:
    """Everything that is there: names with the sources of their faces, and tokens."""
    found, token = {}, ""
    names = {}
    while True:
        page = client.call(
            "GalleryService/ListIdentities",
            gallery.ListIdentitiesRequest(parent=GALLERY, page_size=1000, page_token=token), gallery.ListIdentitiesResponse)
        for identity in page.identities:
            names[identity.name] = identity.display_name
            found[identity.display_name] = set()
        token = page.next_page_token
        if not token:
            break
    while True:
        page = client.call(
            "GalleryService/ListFaces", gallery.ListFacesRequest(parent=GALLERY, page_size=1000, page_token=token),
            gallery.ListFacesResponse)
        for face in page.faces:
            sources = found[names[face.identity]]
            if face.source in sources:
                raise SystemExit(f"twice: {face.source}")
            sources.add(face.source)
        token = page.next_page_token
        if not token:
            break
    for known in client.call("AccessService/ListTokens", access.ListTokensRequest(), access.ListTokensResponse).tokens:
        found[known.label] = set()
    return found


class Reindexing(threading.Thread):
    """Moves from one model to the other and back, as long as the daemon is there."""

    def __init__(self, address: Any, other: Any) -> None:
        super().__init__(daemon=True)
        self.address, self.other = address, other
        self.finished = 0

    def run(self) -> None:
        try:
            client = Client(self.address)
            while True:
                listed = client.call("ModelService/ListModels", models.ListModelsRequest(), models.ListModelsResponse).models
                target = next((m.name for m in listed if not m.active), None)
                jobs = client.call(
                    "ModelService/ListReindexJobs", models.ListReindexJobsRequest(), models.ListReindexJobsResponse).jobs
                running = [j for j in jobs if j.state in (1, 5, 6)]
                if not running and target:
                    client.call(
                        "ModelService/StartReindex",
                        models.StartReindexRequest(model=target, required_agreement=0.0), models.ReindexJob)
                self.finished = sum(1 for j in jobs if j.state == 2)
                time.sleep(0.1)
        except grpc.RpcError:
            pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--workers", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--encrypted", action="store_true", help="an encrypted data folder")
    parser.add_argument("--full", metavar="FOLDER", help="fill this file system in each round in place of a kill")
    parser.add_argument("--programs", type=pathlib.Path, default=PROGRAMS[0], help="the folder of faced and facectl")
    options = parser.parse_args()
    PROGRAMS[0] = options.programs
    work = pathlib.Path(tempfile.mkdtemp(prefix="faced-crash-", dir=options.full))
    try:
        run(options, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def run(options: argparse.Namespace, work: Path) -> None:
    chance = random.Random(options.seed)
    arguments = []
    if options.encrypted:
        subprocess.run([PROGRAMS[0] / "faced", "key", "create", work / "key"], check=True)
        arguments = ["--encryption-key-file", work / "key"]
    data = work / "data"
    daemon = Daemon(data, arguments)
    # Some people with crops, which a reindex embeds; and a second model.
    facectl = [PROGRAMS[0] / "facectl", "--address", daemon.address]
    pictures = work / "pictures"
    subprocess.run(
        [PROGRAMS[0] / "facedemo", "--pictures-only", "--output", pictures], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*facectl, "gallery", "create", "pictures"], check=True, stdout=subprocess.DEVNULL)
    folder = next(p for p in sorted(pictures.rglob("*")) if p.is_dir() and any(c.is_dir() for c in p.iterdir()))
    subprocess.run(
        [*facectl, "enroll", "--gallery", "pictures", folder], check=False, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    subprocess.run(
        [*facectl, "model", "add", root / "daemon/Models/small.safetensors"], check=True, stdout=subprocess.DEVNULL)
    states = [{} for _ in range(options.workers)]
    counters = [0] * options.workers
    changes, failures, slowest, switches = {}, [], 0.0, 0
    for number in range(options.rounds):
        workers = [
            Worker(w, states[w], counters[w], daemon.address, f"{options.seed} {number} {w}") for w in range(options.workers)
        ]
        reindexing = Reindexing(daemon.address, None)
        reindexing.start()
        for worker in workers:
            worker.start()
        time.sleep(chance.uniform(0.05, 0.8))
        if options.full:
            fill(options.full, work)
            for worker in workers:
                worker.join()
            os.unlink(work / "ballast")
            wait_for_writes(daemon.address)
        else:
            daemon.kill()
            for worker in workers:
                worker.join()
            daemon = Daemon(data, arguments)
            slowest = max(slowest, daemon.seconds)
        switches = max(switches, reindexing.finished)
        client = Client(daemon.address)
        found = state_of(client)
        for w, worker in enumerate(workers):
            problem = worker.problem or worker.judge(found)
            if problem:
                failures.append(f"round {number}: {problem}")
                print(failures[-1], flush=True)
            counters[w] = worker.counter
            states[w] = {
                name: sources for name, sources in found.items() if name.startswith((f"p{w}-", f"token {w}-"))
            }
            for kind, count in worker.counts.items():
                changes[kind] = changes.get(kind, 0) + count
        client.close()
    reindexed = Client(daemon.address).call(
        "ModelService/ListReindexJobs", models.ListReindexJobsRequest(), models.ListReindexJobsResponse).jobs
    if daemon.stop() != 0:
        failures.append("the daemon did not stop in order")
    check = subprocess.run([PROGRAMS[0] / "faced", "check", "--data", data], check=False, capture_output=True, text=True)
    if check.returncode != 0:
        failures.append(f"faced check: {check.stdout}")
    print(
        f"{options.rounds} rounds, acknowledged: " + ", ".join(f"{k} {v}" for k, v in sorted(changes.items()))
        + f"; reindex jobs {len(reindexed)}, completed {sum(1 for j in reindexed if j.state == 2)}"
        + f"; slowest start {slowest:.2f} s; {len(failures)} failures; {check.stdout.strip().splitlines()[-1]}")
    sys.exit(1 if failures else 0)


def fill(folder: Path, work: Path) -> None:
    """Leaves no block free, until a byte more is refused."""
    with open(work / "ballast", "wb", buffering=0) as ballast:
        for size in (1 << 20, 4096):
            try:
                while True:
                    ballast.write(b"\0" * size)
            except OSError:
                continue


def wait_for_writes(address: Any) -> None:
    client = Client(address)
    for _ in range(600):
        status = client.call("ServerService/GetServerStatus", server.GetServerStatusRequest(), server.ServerStatus)
        if not status.write_refusal:
            return
        time.sleep(0.05)
    raise SystemExit("writes did not work again within 30 s of there being space")


if __name__ == "__main__":
    main()
