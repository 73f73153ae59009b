#!/usr/bin/env python3
"""Kills one of several daemons over one PostgreSQL again and again under load, and checks what they had acknowledged.

Clients enroll, delete and identify at whichever daemon comes next, and try a call again elsewhere when a daemon goes away, with the
same request id. A daemon is killed at random and started again; a reindex goes to and fro beside. Now and then the database is
restarted, killed, or stopped for a while.

    python3 scripts/replica-rounds.py --minutes 10
    python3 scripts/replica-rounds.py --minutes 10 --database      # the database goes and comes as well

At the end every daemon has to find everybody who was enrolled and not deleted, and nobody else. It needs a release build, Debian's
postgresql, and grpcio and protobuf for Python.
"""

from __future__ import annotations

import argparse
import collections
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

root = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(root / "clients/python/src"))

import grpc
from faced.v1 import gallery_service_pb2 as gallery
from faced.v1 import model_service_pb2 as models
from faced.v1 import recognition_service_pb2 as recognition
from faced.v1 import server_service_pb2 as server
from google.protobuf import empty_pb2

GALLERY = "galleries/default"
DIMENSION = 128
PROGRAMS = root / ".build/release"
# Whoever gets one of these asks again, elsewhere.
PASSING = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DEADLINE_EXCEEDED}


def vector(seed: str) -> list[float]:
    noise = random.Random(seed)
    values = [noise.gauss(0, 1) for _ in range(DIMENSION)]
    length = sum(v * v for v in values) ** 0.5
    return [v / length for v in values]


class Database:
    """PostgreSQL on a socket of its own."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [root / "scripts/test-postgres.sh", folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if not self.process.stdout.readline().startswith("ready"):
            raise SystemExit("no PostgreSQL: install Debian's postgresql")
        self.address = f"postgres://faced@/postgres?host={folder}"

    def tell(self, word: str) -> None:
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        self.process.stdout.readline()

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait()


class Daemon:
    """One of them; it comes back on the same port."""

    def __init__(self, number: int, work: Path, store: str) -> None:
        self.number, self.store = number, store
        self.data = work / f"daemon{number}"
        self.log = work / f"daemon{number}.log"
        self.address = "127.0.0.1:0"
        self.starts = []
        self.start()

    def start(self) -> None:
        began = time.monotonic()
        while True:
            with open(self.log, "a") as log:
                self.process = subprocess.Popen(
                    [PROGRAMS / "faced", "--data", self.data, "--store", self.store, "--address", self.address, "--workers", "1",
                     "--log-level", "notice"], stdout=subprocess.PIPE, stderr=log, text=True)
            for line in self.process.stdout:
                if line.startswith("address "):
                    self.address = line.split()[1]
                if line == "ready\n":
                    self.starts.append(time.monotonic() - began)
                    return
            # The database may be away.
            self.process.wait()
            time.sleep(0.2)
            if time.monotonic() - began > 60:
                raise SystemExit(f"daemon {self.number} does not start; see its log")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> Any:
        self.process.terminate()
        return self.process.wait()


class Clients:
    """Channels to all daemons, taken in turn."""

    def __init__(self, daemons: list[Any]) -> None:
        self.daemons = daemons
        self.channels = {d.address: grpc.insecure_channel(d.address, [("grpc.max_reconnect_backoff_ms", 200)]) for d in daemons}
        self.turn = random.randrange(len(daemons))
        self.tries = collections.Counter()

    def call(self, path: str, request: Any, answer: type[Any], kind: str, patience: float = 60, **options: Any) -> Any:
        """Asks one after the other until one answers."""
        end = time.monotonic() + patience
        first = True
        while True:
            self.turn += 1
            address = self.daemons[self.turn % len(self.daemons)].address
            method = self.channels[address].unary_unary(
                f"/faced.v1.{path}", request_serializer=type(request).SerializeToString,
                response_deserializer=answer.FromString)
            try:
                result = method(request, timeout=15, **options)
                self.tries[f"{kind} answered"] += 1
                if not first:
                    self.tries[f"{kind} answered after a retry"] += 1
                return result
            except grpc.RpcError as error:
                if error.code() not in PASSING or time.monotonic() > end:
                    raise
                first = False
                time.sleep(0.05)


class Worker(threading.Thread):
    """Enrolls people of its own, deletes some, and asks who they are."""

    def __init__(self, number: int, daemons: list[Any], seed: str, stop: threading.Event) -> None:
        super().__init__()
        self.number, self.stop_at = number, stop
        self.clients = Clients(daemons)
        self.random = random.Random(seed)
        self.people, self.deleted, self.problems = {}, set(), []
        self.late = []

    def run(self) -> None:
        while not self.stop_at.is_set():
            try:
                self.step()
            except grpc.RpcError as error:
                self.problems.append(f"worker {self.number}: {error.code().name} {error.details()}")
                time.sleep(0.2)

    def step(self) -> None:
        kind = self.random.random()
        if kind < 0.5 or len(self.people) < 5:
            self.enroll()
        elif kind < 0.6:
            self.delete(self.random.choice(sorted(self.people)))
        else:
            self.identify(self.random.choice(sorted(self.people)))

    def active(self) -> Any:
        return self.clients.call(
            "ServerService/GetServerStatus", server.GetServerStatusRequest(), server.ServerStatus, "status").active_model

    def enroll(self) -> None:
        name = f"p{self.number}-{len(self.people) + len(self.deleted)}"
        while True:
            request = recognition.EnrollRequest(
                gallery=GALLERY, display_name=name, source=name, model=self.active(), vector={"values": vector(name)},
                request_id=name)
            try:
                self.clients.call("RecognitionService/Enroll", request, recognition.EnrollResponse, "enroll")
                break
            except grpc.RpcError as error:
                # The model changed on the way: with the one that answers now.
                if error.code() != grpc.StatusCode.FAILED_PRECONDITION and error.code() != grpc.StatusCode.INVALID_ARGUMENT:
                    raise
                if "model" not in (error.details() or ""):
                    raise
        self.people[name] = time.monotonic()

    def delete(self, name: str) -> None:
        request = gallery.DeleteIdentityRequest(named={"gallery": GALLERY, "display_name": name})
        try:
            self.clients.call("GalleryService/DeleteIdentity", request, empty_pb2.Empty, "delete")
        except grpc.RpcError as error:
            # An earlier try, which got no answer, had done it.
            if error.code() != grpc.StatusCode.NOT_FOUND:
                raise
        del self.people[name]
        self.deleted.add(name)

    def ask(self, name: str, kind: str = "identify", only: Any = None) -> Any:
        clients = only or self.clients
        while True:
            request = recognition.IdentifyRequest(
                gallery=GALLERY, model=self.active(), vectors=[{"values": vector(name)}], max_candidates=3)
            try:
                answer = clients.call("RecognitionService/Identify", request, recognition.IdentifyResponse, kind)
                return [c.display_name for c in answer.faces[0].candidates if c.distance < 0.01]
            except grpc.RpcError as error:
                if error.code() != grpc.StatusCode.FAILED_PRECONDITION and error.code() != grpc.StatusCode.INVALID_ARGUMENT:
                    raise
                if "model" not in (error.details() or ""):
                    raise

    def identify(self, name: str) -> None:
        found = self.ask(name)
        if name not in found:
            # A daemon that did not enroll it may not have heard of it yet.
            self.late.append(time.monotonic() - self.people[name])
        gone = [n for n in found if n in self.deleted]
        if gone:
            self.problems.append(f"worker {self.number}: deleted and found: {gone}")


class Reindexing(threading.Thread):
    """Moves from one model to the other and back."""

    def __init__(self, daemons: list[Any], stop: threading.Event) -> None:
        super().__init__()
        self.clients, self.stop_at = Clients(daemons), stop
        self.problems = []

    def run(self) -> None:
        while not self.stop_at.wait(2):
            try:
                jobs = self.clients.call(
                    "ModelService/ListReindexJobs", models.ListReindexJobsRequest(), models.ListReindexJobsResponse, "jobs").jobs
                if any(j.state in (1, 5, 6) for j in jobs):
                    continue
                listed = self.clients.call(
                    "ModelService/ListModels", models.ListModelsRequest(), models.ListModelsResponse, "models").models
                target = next((m.name for m in listed if not m.active), None)
                if target:
                    self.clients.call(
                        "ModelService/StartReindex", models.StartReindexRequest(model=target, required_agreement=0.0),
                        models.ReindexJob, "reindex")
            except grpc.RpcError as error:
                if error.code() != grpc.StatusCode.FAILED_PRECONDITION:
                    self.problems.append(f"reindex: {error.code().name} {error.details()}")


def list_people(clients: Any) -> Any:
    names, token = {}, ""
    while True:
        page = clients.call(
            "GalleryService/ListIdentities",
            gallery.ListIdentitiesRequest(parent=GALLERY, page_size=1000, page_token=token), gallery.ListIdentitiesResponse,
            "list")
        for identity in page.identities:
            names[identity.display_name] = identity.face_count
        token = page.next_page_token
        if not token:
            return names


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--daemons", type=int, default=3)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", action="store_true", help="restart, kill and stop the database too")
    parser.add_argument("--reindex", action="store_true", help="move between two models meanwhile")
    parser.add_argument("--keep", action="store_true", help="leave the daemons' logs")
    options = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="faced-replicas-"))
    work.chmod(0o755)
    database = Database(work / "postgres")
    daemons = []
    try:
        run(options, work, database, daemons)
    finally:
        for daemon in daemons:
            daemon.kill()
        database.end()
        if not options.keep:
            shutil.rmtree(work, ignore_errors=True)


def run(options: argparse.Namespace, work: Path, database: Any, daemons: list[Any]) -> None:
    chance = random.Random(options.seed)
    for number in range(options.daemons):
        daemons.append(Daemon(number, work, database.address))
    if options.reindex:
        subprocess.run(
            [PROGRAMS / "facectl", "--address", daemons[0].address, "model", "add", root / "daemon/Models/small.safetensors"],
            check=True, stdout=subprocess.DEVNULL)
    stop = threading.Event()
    workers = [Worker(n, daemons, f"{options.seed} {n}", stop) for n in range(options.workers)]
    reindexing = Reindexing(daemons, stop)
    for worker in workers:
        worker.start()
    if options.reindex:
        reindexing.start()
    end, kills, outages = time.monotonic() + 60 * options.minutes, 0, collections.Counter()
    while time.monotonic() < end:
        time.sleep(chance.uniform(0.5, 4))
        if options.database and chance.random() < 0.15:
            how = chance.choice(["stop", "kill", "pause"])
            outages[how] += 1
            database.tell(how)
            time.sleep(chance.uniform(0.1, 3))
            database.tell("continue" if how == "pause" else "start")
            continue
        victim = chance.choice(daemons)
        victim.kill()
        kills += 1
        time.sleep(chance.uniform(0, 1))
        victim.start()
    stop.set()
    for worker in workers:
        worker.join()
    if options.reindex:
        reindexing.join()
    problems = [p for w in workers for p in w.problems] + reindexing.problems
    expected = {name for w in workers for name in w.people}
    # What every daemon says now that nothing changes.
    jobs = []
    for daemon in daemons:
        clients = Clients([daemon])
        if options.reindex:
            for _ in range(600):
                jobs = clients.call(
                    "ModelService/ListReindexJobs", models.ListReindexJobsRequest(), models.ListReindexJobsResponse, "jobs").jobs
                if not any(j.state in (1, 5, 6) for j in jobs):
                    break
                time.sleep(0.2)
        time.sleep(2)
        people = list_people(clients)
        lost, back = expected - set(people), set(people) - expected
        twice = [name for name, faces in people.items() if faces != 1]
        if lost or back or twice:
            problems.append(f"daemon {daemon.number}: lost {sorted(lost)[:5]}, back {sorted(back)[:5]}, twice {twice[:5]}")
        unfound = [
            name for name in chance.sample(sorted(expected), min(400, len(expected)))
            if name not in workers[0].ask(name, "check", clients)]
        gone = [
            name for name in chance.sample(sorted(d for w in workers for d in w.deleted), min(100, sum(len(w.deleted) for w in workers)))
            if name in workers[0].ask(name, "check", clients)]
        # A face that is known by its vector alone cannot move to another model.
        if unfound and not options.reindex:
            problems.append(f"daemon {daemon.number} does not find {len(unfound)}, as {unfound[:3]}")
        if gone:
            problems.append(f"daemon {daemon.number} finds who was deleted: {gone[:3]}")
    tries = sum((w.clients.tries for w in workers), collections.Counter())
    late = sorted(age for w in workers for age in w.late)
    for daemon in daemons:
        if daemon.stop() != 0:
            problems.append(f"daemon {daemon.number} did not stop in order")
    for problem in problems[:20]:
        print(problem)
    starts = sorted(s for d in daemons for s in d.starts)
    print(
        f"{kills} kills of {options.daemons} daemons, database {dict(outages) or 'left alone'}; "
        + ", ".join(f"{count} {kind}" for kind, count in sorted(tries.items()))
        + f"; {len(expected)} people at the end, {sum(len(w.deleted) for w in workers)} deleted; "
        + f"not found at another daemon yet: {len(late)} times, at most {late[-1] if late else 0:.2f} s after the enrolment; "
        + f"reindexes {len(jobs)}, completed {sum(1 for j in jobs if j.state == 2)}; "
        + f"slowest start {starts[-1]:.2f} s; {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
