#!/usr/bin/env python3
"""Runs every command of README and of the guides, each document in a folder of its own with drawn people.

A block of `sh` or `python` is run, in order. One after a line `<!-- tested by: TARGET -->` is run by that target of the Makefile instead.
Indented blocks show forms of commands with names in capitals to fill in; their options are checked against --help.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / ".build/release"
PEOPLE = {"Ada Lovelace": 1, "Grace Hopper": 2, "Mary Jackson": 3, "Alan Turing": 4}
FENCE = re.compile(r"^(?:<!-- tested by: (\S+) -->\n)?```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLAIN = {"json", "text", "nginx", "swift"}


def sandbox(folder: Path, drawn: Path) -> None:
    """The files that the documents speak of."""
    for place in ("people", "export"):
        for name, number in PEOPLE.items():
            target = folder / place / name
            target.mkdir(parents=True)
            for view in (1, 2, 3):
                shutil.copy(drawn / f"enroll/Person {number}/{view}.jpg", target)
    (folder / "photos").mkdir()
    for number in range(1, 7):
        shutil.copy(drawn / f"ask/Person {number}/6.jpg", folder / f"photos/{number}.jpg")
    for name in ("door.jpg", "group.jpg"):
        shutil.copy(drawn / "ask/Person 1/7.jpg", folder / name)
    shutil.copy(drawn / "enroll/Person 6/1.jpg", folder / "new.jpg")
    shutil.copy(ROOT / "daemon/Models/previous.safetensors", folder / "better.safetensors")
    shutil.copy(ROOT / "daemon/Models/default.safetensors", folder / "default.safetensors")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def python() -> Path:
    """A virtual environment with the Python client, made anew: a wheel says nothing of later changes."""
    place = ROOT / ".build/docs-python"
    if not place.exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    client = ["install", "-q", "--disable-pip-version-check", "--upgrade", str(ROOT / "clients/python")]
    subprocess.run([str(place / "bin/pip"), *client], check=True)
    return place / "bin"


def script(document: Path) -> tuple[str, list[str]]:
    """The document's blocks as one script, and the targets that test the others."""
    text = document.read_text()
    lines = [
        "set -euo pipefail",
        'trap \'kill $(jobs -p) 2>/dev/null || true; wait\' EXIT',
        "ready() { for _ in $(seq 150); do facectl status >/dev/null 2>&1 && return; sleep 0.1; done; return 1; }",
    ]
    found = list(FENCE.finditer(text))
    elsewhere = [match[1] for match in found if match[1]]
    blocks = [(match[2].strip(), match[3]) for match in found if not match[1]]
    if not any(kind == "sh" and re.search(r"\bfaced\b[^\n]*&", body) for kind, body in blocks):
        lines += ["faced --log-level warning & ready", "facectl enroll people >/dev/null"]
    for kind, body in blocks:
        if kind == "sh":
            for line in body.splitlines():
                lines.append(line)
                if re.search(r"&\s*(#.*)?$", line):
                    lines.append("ready")
        elif kind == "python":
            lines.append(f"python3 - <<'PYTHON'\n{body}PYTHON")
        elif kind not in PLAIN:
            raise SystemExit(f"{document}: a block of '{kind}' is neither run nor of a kind that is shown")
    return "\n".join(lines) + "\n", elsewhere


def check_forms(document: Path) -> None:
    """Every option of an indented command is one that the command has."""
    for line in re.findall(r"^    ((?:facectl|facetrain|faced) .*)$", document.read_text(), re.MULTILINE):
        words = line.split("#")[0].split()
        command = [words[0], *[word for word in words[1:3] if re.fullmatch(r"[a-z][a-z-]*", word)]]
        shown = subprocess.run([*command, "--help"], capture_output=True, text=True)
        if shown.returncode != 0:
            raise SystemExit(f"{document}: there is no command '{' '.join(command)}'")
        for option in re.findall(r"--[a-z-]+", line):
            if option not in shown.stdout:
                raise SystemExit(f"{document}: '{' '.join(command)}' has no {option}")


def main() -> None:
    documents = [ROOT / "README.md", *sorted((ROOT / "docs/faced.docc").glob("*.md"))]
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="faced-docs-") as temporary:
        work = Path(temporary)
        drawn = work / "drawn"
        os.environ["PATH"] = f"{PROGRAMS}:{python()}:{os.environ['PATH']}"
        subprocess.run(["facedemo", "--pictures-only", "--output", str(drawn)], check=True, stdout=subprocess.DEVNULL)
        failed = []
        for document in documents:
            if wanted and document.stem not in wanted:
                continue
            check_forms(document)
            text, elsewhere = script(document)
            if unknown := [target for target in elsewhere if target not in targets]:
                raise SystemExit(f"{document}: there is no target {unknown[0]}")
            folder = work / document.stem
            folder.mkdir()
            sandbox(folder, drawn)
            environment = os.environ | {
                "FACED_ADDRESS": f"127.0.0.1:{free_port()}",
                "FACED_DATA": str(folder / "data"),
            }
            ended = subprocess.run(
                ["bash", "-x", "-c", text], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
            )
            print(f"{document.relative_to(ROOT)}: {'ok' if ended.returncode == 0 else 'FAILED'}", flush=True)
            if ended.returncode != 0:
                failed.append(document)
                print(ended.stdout[-3000:], ended.stderr[-3000:])
        if failed:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
