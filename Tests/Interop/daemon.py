"""Starts and stops a faced for the other scripts, and keeps score."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time

PROGRAMS = os.environ.get("PROGRAMS", ".build/release")


class Daemon:
    """A faced on a free port with a data folder of its own."""

    def __init__(self, *arguments, descriptors=None, address="127.0.0.1:0"):
        self.data = tempfile.TemporaryDirectory(prefix="faced-interop-")
        self.log = open(os.path.join(self.data.name, "log"), "w+b")

        def limit():
            if descriptors:
                resource.setrlimit(resource.RLIMIT_NOFILE, descriptors)

        self.process = subprocess.Popen(
            [f"{PROGRAMS}/faced", "--data", os.path.join(self.data.name, "data"), "--address", address, *arguments],
            stdout=subprocess.PIPE, stderr=self.log, preexec_fn=limit, text=True)
        self.address = None
        for line in self.process.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "address":
                self.address = rest
            if word == "ready":
                break
        if not self.address:
            raise SystemExit("faced ended before it was ready:\n" + self.text())

    def text(self):
        self.log.flush()
        return open(self.log.name, errors="replace").read()

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def resident(self):
        """Megabytes."""
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmRSS"):
                return int(line.split()[1]) // 1024
        return 0

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def stop(self, within=30):
        if self.process.poll() is None:
            self.signal()
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self.log.close()
        self.data.cleanup()


class Score:
    """Runs cases, says how each ended, and ends the script with 1 where one failed."""

    def __init__(self):
        self.failed = []

    def case(self, name, body):
        began = time.monotonic()
        try:
            said = body()
            print(f"pass  {name}  {time.monotonic() - began:.2f} s  {said or ''}".rstrip(), flush=True)
        except Exception as error:  # each case is on its own
            self.failed.append(name)
            print(f"FAIL  {name}: {type(error).__name__}: {str(error)[:300]}", flush=True)

    def end(self):
        print(f"{len(self.failed)} failed" if self.failed else "all passed")
        sys.exit(1 if self.failed else 0)


def soon(condition, what, within=30):
    limit = time.monotonic() + within
    while time.monotonic() < limit:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"not within {within} s: {what}")
