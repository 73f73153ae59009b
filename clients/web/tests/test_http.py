"""The HTTP APIs through clients that know nothing of faced, and attempts to get in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import requests
from conftest import PROGRAMS, ROOT, WEB, start

People = dict[str, list[Path]]


def test_compreface_refusals(web: str, tmp_path: Path) -> None:
    url = f"{web}/api/v1/recognition/recognize"
    assert requests.post(url, timeout=30).json()["code"] == 20
    key = {"x-api-key": "any"}
    assert requests.post(url, headers=key, files={"other": b"x"}, timeout=30).json()["code"] == 34
    assert requests.post(url, headers=key, files={"file": b"no picture"}, timeout=30).json()["code"] == 21


def test_the_document_is_what_the_server_does(web: str) -> None:
    command = Path(sys.executable).parent / "schemathesis"
    run = subprocess.run(
        [command, "run", f"{web}/v1/openapi.json", "--max-examples", "15", "--phases", "examples,coverage,fuzzing",
         "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"],
        capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-6000:]


def test_other_sites_stay_outside(web: str) -> None:
    def status(method: str, path: str, **headers: str) -> int:
        return requests.request(method, web + path, headers=headers, json={}, timeout=30).status_code

    assert status("GET", "/v1/status") == 200
    # A name that somebody points at this machine.
    assert status("GET", "/v1/status", Host="evil.example") == 421
    # A page of another site.
    assert status("POST", "/v1/galleries", Origin="http://evil.example") == 403
    assert status("GET", "/v1/status", **{"Sec-Fetch-Site": "cross-site"}) == 403
    # A session's cookie without its token.
    session = requests.Session()
    opened = session.post(f"{web}/session", json={}, timeout=30)
    assert "HttpOnly" in opened.headers["Set-Cookie"] and "SameSite=Strict" in opened.headers["Set-Cookie"]
    made = {"galleryId": "made"}
    assert session.post(f"{web}/v1/galleries", json=made, timeout=30).status_code == 403
    csrf = {"X-CSRF-Token": opened.json()["csrf"]}
    assert session.post(f"{web}/v1/galleries", json=made, headers=csrf, timeout=30).status_code == 200
    page = requests.get(web, timeout=30)
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert requests.get(f"{web}/console/..%2f..%2fetc%2fpasswd", timeout=30).status_code == 404


def test_tokens(tmp_path: Path) -> None:
    faced = [PROGRAMS / "faced", "--data", tmp_path / "data", "--address", "127.0.0.1:0"]
    daemon, address = start(*faced)
    made = subprocess.run(
        [PROGRAMS / "facectl", "--address", address, "token", "create", "--scopes", "read", "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    daemon.terminate()
    daemon.wait(30)
    assert made.returncode == 0, made.stderr
    daemon, address = start(*faced, "--require-token")
    server, web = start(WEB, "--daemon", address, "--address", "127.0.0.1:0")
    try:
        signing_in(web, json.loads(made.stdout)["token"])
    finally:
        server.kill()
        daemon.kill()


def signing_in(web: str, token: str) -> None:
    url = f"{web}/v1/galleries"
    assert requests.get(url, timeout=30).status_code == 401
    assert requests.get(url, headers={"Authorization": "Bearer wrong"}, timeout=30).status_code == 401
    assert requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=30).status_code == 200
    assert requests.get(url, headers={"x-api-key": token}, timeout=30).status_code == 200
    # A reader may not make a gallery.
    made_gallery = requests.post(url, json={"galleryId": "g"}, headers={"x-api-key": token}, timeout=30)
    assert made_gallery.status_code == 403
    # The console asks for the token once.
    session = requests.Session()
    assert session.get(f"{web}/session", timeout=30).json() == {"signedIn": False, "wantsToken": True}
    assert session.post(f"{web}/session", json={"token": "wrong"}, timeout=30).status_code == 401
    assert session.post(f"{web}/session", json={"token": token}, timeout=30).json()["signedIn"] is True
    assert session.get(url, timeout=30).status_code == 200
    assert token not in str(session.cookies.get_dict())


def test_events(web: str, people: People) -> None:
    name, photos = next(iter(people.items()))
    with requests.get(f"{web}/v1/events", stream=True, timeout=30) as stream:
        lines = stream.iter_lines(decode_unicode=True)
        assert next(lines).startswith(":")
        requests.post(
            f"{web}/v1/galleries/default/enroll", params={"displayName": name}, data=photos[0].read_bytes(),
            headers={"Content-Type": "image/jpeg"}, timeout=30,
        ).raise_for_status()  # fmt: skip
        said = [line for line in (next(lines) for _ in range(3)) if line]
    assert said[0] == "event: enrolled" and name in said[1]


def test_looking_after_a_gallery(web: str, people: People) -> None:
    name, photos = next(iter(people.items()))
    here = f"{web}/v1/galleries/default"

    def enroll(who: str, photo: Path, **fields: str) -> dict:
        answer = requests.post(
            f"{here}/enroll", params={"displayName": who, **fields}, data=photo.read_bytes(),
            headers={"Content-Type": "image/jpeg"}, timeout=30,
        )  # fmt: skip
        return answer.json()

    first = enroll(name, photos[0])["identity"]["name"]
    twin = enroll("Twin", photos[1])
    assert [finding["reason"] for finding in twin["findings"]] == ["LOOKS_LIKE_OTHER"]
    assert twin["findings"][0]["displayName"] == name
    labelled = requests.patch(f"{web}/v1/{first}/labels", json={"labels": {"team": "blue"}}, timeout=30).json()
    assert labelled["labels"] == {"team": "blue"}
    listed = requests.get(f"{here}/identities", timeout=30).json()["identities"]
    assert [identity.get("labels") for identity in listed] == [{"team": "blue"}, None]

    def check() -> list[dict]:
        return requests.post(f"{here}/check", json={"kinds": ["DUPLICATE"]}, timeout=60).json()["findings"]

    (duplicate,) = check()
    assert {duplicate["identity"]["displayName"], duplicate["other"]["displayName"]} == {name, "Twin"}
    pair = {"first": {"name": first}, "second": {"name": twin["identity"]["name"]}}
    assert requests.post(f"{web}/v1/apart", json=pair, timeout=30).status_code == 200
    assert check() == []
    assert len(requests.get(f"{here}/apart", timeout=30).json()["pairs"]) == 1
    assert requests.post(f"{web}/v1/apart/forget", json=pair, timeout=30).status_code == 200
    assert len(check()) == 1
    changed = requests.patch(here, json={"enrolmentPolicy": "ENROLMENT_POLICY_REFUSE"}, timeout=30).json()
    assert changed["enrolmentPolicy"] == "ENROLMENT_POLICY_REFUSE"
    assert enroll("Third", photos[2])["error"]["reason"] == "LOOKS_LIKE_OTHER"
    assert enroll("Third", photos[2], dryRun="true", force="true")["dryRun"] is True
    refused = requests.post(f"{here}/calibration", json={}, timeout=60).json()
    assert refused["error"]["reason"] == "TOO_FEW_PEOPLE"
    assert requests.get(f"{here}/calibration", timeout=30).status_code == 404
    assert requests.delete(f"{here}/calibration", timeout=30).status_code == 200


def test_tls_certificates_and_tokens_towards_the_daemon(tmp_path: Path) -> None:
    """As any client: an authority, a certificate, a token; and never its own rights for whoever comes from elsewhere."""
    tls = tmp_path / "tls"
    subprocess.run([ROOT / "scripts/make-certificates.sh", tls], check=True, capture_output=True)
    faced = [PROGRAMS / "faced", "--data", tmp_path / "data", "--address", "127.0.0.1:0"]
    daemon, address = start(*faced)

    def create(*arguments: str) -> dict:
        command = [PROGRAMS / "facectl", "--address", address, "token", "create", *arguments, "--json"]
        return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    create("--certificate", "admin", "--scopes", "admin")
    token = create("--scopes", "read")["token"]
    daemon.terminate()
    daemon.wait(30)
    daemon, address = start(
        *faced, "--require-token", "--tls-certificate", tls / "server.pem", "--tls-key", tls / "server.key",
        "--tls-client-ca", tls / "ca.pem",
    )  # fmt: skip
    identity = ["--tls-certificate", tls / "client-admin.pem", "--tls-key", tls / "client-admin.key"]
    web = [WEB, "--daemon", address.replace("127.0.0.1", "localhost"), "--tls-ca", tls / "ca.pem"]
    servers = []

    def serve(*arguments: object, host: str = "127.0.0.1") -> str:
        server, served = start(*web, *arguments, "--address", f"{host}:0")
        servers.append(server)
        return served.replace("0.0.0.0", "127.0.0.1")

    def status(url: str, method: str = "GET", **headers: str) -> int:
        body = {"galleryId": "made"} if method == "POST" else None
        return requests.request(method, f"{url}/v1/galleries", json=body, headers=headers, timeout=30).status_code

    try:
        # Without a certificate the daemon does not even shake hands.
        assert status(serve()) == 503
        own = serve(*identity)
        assert status(own, "POST") == 200
        # Who brings a token has its rights alone.
        assert status(own, **{"x-api-key": token}) == 200
        assert status(own, "POST", **{"x-api-key": token}) == 403
        # From elsewhere nobody has the server's.
        remote = serve(*identity, "--allow-remote", host="0.0.0.0")
        assert status(remote) == 401
        assert status(remote, **{"x-api-key": token}) == 200
        assert requests.get(f"{remote}/session", timeout=30).json() == {"signedIn": False, "wantsToken": True}
        assert requests.post(f"{remote}/session", json={}, timeout=30).status_code == 401
        refused = subprocess.run(
            [*map(str, web), "--token", token, "--allow-remote", "--address", "0.0.0.0:0"],
            capture_output=True, text=True, timeout=30,
        )  # fmt: skip
        assert refused.returncode == 64 and "--allow-remote" in refused.stderr
        half = subprocess.run([*map(str, web), "--tls-key", tls / "client-admin.key"], capture_output=True, timeout=30)
        assert half.returncode == 64
    finally:
        for server in servers:
            server.kill()
        daemon.kill()


def test_a_token_for_whoever_brings_none(tmp_path: Path) -> None:
    faced = [PROGRAMS / "faced", "--data", tmp_path / "data", "--address", "127.0.0.1:0"]
    daemon, address = start(*faced)
    command = [PROGRAMS / "facectl", "--address", address, "token", "create", "--scopes", "read", "--json"]
    token = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["token"]
    daemon.terminate()
    daemon.wait(30)
    daemon, address = start(*faced, "--require-token")
    server, web = start(WEB, "--daemon", address, "--token", token, "--address", "127.0.0.1:0")
    try:
        assert requests.get(f"{web}/v1/galleries", timeout=30).status_code == 200
        assert requests.post(f"{web}/v1/galleries", json={"galleryId": "g"}, timeout=30).status_code == 403
        assert requests.get(f"{web}/session", timeout=30).json()["wantsToken"] is False
        wrong = requests.get(f"{web}/v1/galleries", headers={"x-api-key": "wrong"}, timeout=30)
        assert wrong.status_code == 401
    finally:
        server.kill()
        daemon.kill()
