"""Where the daemon is and how to speak to it: one description for both clients."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import grpc

DEFAULT_ADDRESS = "127.0.0.1:50151"

# Enrolling the same photograph twice enrolls it once, so every call may be repeated.
_SERVICE_CONFIG = json.dumps(
    {
        "methodConfig": [
            {
                "name": [{}],
                "retryPolicy": {
                    "maxAttempts": 5,
                    "initialBackoff": "0.1s",
                    "maxBackoff": "2s",
                    "backoffMultiplier": 2,
                    "retryableStatusCodes": ["UNAVAILABLE", "RESOURCE_EXHAUSTED"],
                },
            }
        ]
    }
)


@dataclass(frozen=True)
class Connection:
    """An address and what it takes to be let in. Paths name PEM files."""

    address: str
    token: str | None
    tls_ca: str | None
    tls_certificate: str | None
    tls_key: str | None
    timeout: float

    @property
    def options(self) -> list[tuple[str, str | int]]:
        return [
            ("grpc.service_config", _SERVICE_CONFIG),
            ("grpc.enable_retries", 1),
            ("grpc.max_send_message_length", -1),
            ("grpc.max_receive_message_length", -1),
            ("grpc.keepalive_time_ms", 30_000),
        ]

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        return (("authorization", f"Bearer {self.token}"),) if self.token else ()

    @property
    def credentials(self) -> grpc.ChannelCredentials | None:
        if not (self.tls_ca or self.tls_certificate or self.tls_key):
            return None
        if bool(self.tls_certificate) != bool(self.tls_key):
            raise ValueError("tls_certificate and tls_key go together")
        return grpc.ssl_channel_credentials(_read(self.tls_ca), _read(self.tls_key), _read(self.tls_certificate))


def connection(
    address: str | None, token: str | None, tls_ca: str | None, tls_certificate: str | None, tls_key: str | None,
    timeout: float,
) -> Connection:  # fmt: skip
    """Fills in what the environment says: FACED_ADDRESS and FACED_TOKEN."""
    return Connection(
        address or os.environ.get("FACED_ADDRESS") or DEFAULT_ADDRESS,
        token or os.environ.get("FACED_TOKEN") or None,
        tls_ca,
        tls_certificate,
        tls_key,
        timeout,
    )


def _read(path: str | None) -> bytes | None:
    return Path(path).read_bytes() if path else None
