"""Eight clients at once for ten minutes: every kind of call, no error, and memory that stays where it was.

  python3 scripts/soak.py [--minutes 10] [--clients 8] [--programs .build/release]

The gallery's size is kept about the same, so that memory should be flat. Prints one JSON object; ends with 1 on any error.
Needs the Python client (`pip install clients/python`) and a built faced and facedemo.
"""

import argparse
import json
import random
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import faced


def resident(pid: int) -> float:
    """The process's resident memory in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)


class Soak:
    def __init__(self, address: str, photos: list[Path], until: float) -> None:
        self.address, self.photos, self.until = address, photos, until
        self.calls: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.lock = threading.Lock()

    def client(self, number: int) -> None:
        """One client's life: its own people come and go; photographs of all are asked about."""
        chance = random.Random(number)
        mine: list[str] = []
        count = 0
        with faced.connect(self.address) as client:
            while time.monotonic() < self.until:
                kind = "enroll" if len(mine) < 10 else chance.choice(["enroll", "identify", "identify", "change", "delete"])
                try:
                    if kind == "enroll":
                        count += 1
                        name = f"{number}-{count}"
                        client.enroll(chance.choice(self.photos), name, selection=faced.Selection.LARGEST)
                        mine.append(name)
                    elif kind == "identify":
                        client.identify(chance.choice(self.photos))
                        client.verify(chance.choice(self.photos), chance.choice(mine), selection=faced.Selection.LARGEST)
                    elif kind == "change":
                        first, second = chance.sample(mine, 2)
                        change = client.merge(first, second).change
                        client.undo(change.number)
                        client.rename(first, first + "x")
                        client.rename(first + "x", first)
                        client.status()
                    if kind == "delete" or len(mine) > 20:
                        client.delete(mine.pop(chance.randrange(len(mine))))
                except faced.Busy:
                    kind = "busy"  # An answer: send fewer at once.
                except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
                    with self.lock:
                        self.errors[f"{kind}: {type(error).__name__}: {error}"[:200]] += 1
                with self.lock:
                    self.calls[kind] += 1


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--programs", type=Path, default=Path(".build/release"))
    options = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="faced-soak-"))
    try:
        subprocess.run(
            [options.programs / "facedemo", "--pictures-only", "--output", work / "demo"], check=True, stdout=subprocess.DEVNULL
        )
        photos = sorted((work / "demo").rglob("*.jpg"))
        command = [options.programs / "faced", "--data", work / "data", "--address", f"unix:{work}/faced.sock", "--log-level", "warning"]
        daemon = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert daemon.stdout is not None
        while "ready" not in daemon.stdout.readline():
            pass
        threading.Thread(target=daemon.stdout.read, daemon=True).start()
        with faced.connect(f"unix:{work}/faced.sock") as client:
            photos = [photo for photo in photos if client.detect(photo)]  # A drawn face in a hundred is not found.
        end = time.monotonic() + 60 * options.minutes
        soak = Soak(f"unix:{work}/faced.sock", photos, end)
        threads = [threading.Thread(target=soak.client, args=(number,)) for number in range(options.clients)]
        for thread in threads:
            thread.start()
        memory = []
        while time.monotonic() < end:
            time.sleep(5)
            memory.append(resident(daemon.pid))
        for thread in threads:
            thread.join()
        daemon.terminate()
        ended = daemon.wait(30)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    part = max(1, len(memory) // 5)
    result = {
        "minutes": options.minutes,
        "clients": options.clients,
        "calls": dict(soak.calls),
        "errors": dict(soak.errors),
        "exit": ended,
        "memory_mib": {
            "second_fifth": statistics.median(memory[part : 2 * part]),
            "last_fifth": statistics.median(memory[-part:]),
            "most": max(memory),
        },
    }
    print(json.dumps(result, indent=2))
    if soak.errors or ended != 0:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
