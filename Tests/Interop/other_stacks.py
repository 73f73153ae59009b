"""faced and stacks that are not gRPC's own C core: grpclib in Python, Buf's CLI in Go, and HTTP/2 by hand."""

import asyncio
import json
import shutil
import socket
import subprocess

import grpclib.client
import grpclib.const
import h2.config
import h2.connection
import h2.events
from grpc_health.v1 import health_pb2

from daemon import Daemon, Score

score = Score()


def with_grpclib(daemon):
    host, port = daemon.address.rsplit(":", 1)

    async def run():
        channel = grpclib.client.Channel(host, int(port))
        try:
            check = grpclib.client.UnaryUnaryMethod(
                channel, "/grpc.health.v1.Health/Check", health_pb2.HealthCheckRequest, health_pb2.HealthCheckResponse)
            assert (await check(health_pb2.HealthCheckRequest(), timeout=5)).status == 1
            watch = grpclib.client.UnaryStreamMethod(
                channel, "/grpc.health.v1.Health/Watch", health_pb2.HealthCheckRequest, health_pb2.HealthCheckResponse)
            async with watch.open() as stream:
                await stream.send_message(health_pb2.HealthCheckRequest(), end=True)
                assert (await stream.recv_message()).status == 1
                await stream.cancel()
            try:
                await check(health_pb2.HealthCheckRequest(service="nobody"), timeout=5)
                raise AssertionError("answered")
            except grpclib.GRPCError as error:
                assert error.status is grpclib.const.Status.NOT_FOUND, error
        finally:
            channel.close()

    asyncio.run(run())


def with_buf(daemon):
    buf = shutil.which("buf")
    assert buf, "no buf"
    result = subprocess.run(
        [buf, "curl", "--protocol", "grpc", "--http2-prior-knowledge", "--reflect",
         f"http://{daemon.address}/faced.v1.ServerService/GetServerStatus"],
        text=True, capture_output=True, timeout=60)
    assert result.returncode == 0, result.stderr
    status = json.loads(result.stdout)
    assert status["activeModel"].startswith("models/"), status
    return f"faced {status['version']} by reflection"


class Raw:
    """One HTTP/2 connection, frame by frame."""

    def __init__(self, daemon):
        host, port = daemon.address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=10)
        self.http = h2.connection.H2Connection(config=h2.config.H2Configuration(header_encoding="utf-8"))
        self.http.initiate_connection()
        self.flush()

    def flush(self):
        self.socket.sendall(self.http.data_to_send())

    def request(self, path, *bodies, more=()):
        """The headers that end the call."""
        stream = self.http.get_next_available_stream_id()
        self.http.send_headers(stream, [
            (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"), ("te", "trailers"),
            ("content-type", "application/grpc"), *more])
        for number, body in enumerate(bodies):
            framed = b"\x00" + len(body).to_bytes(4, "big") + body
            self.http.send_data(stream, framed, end_stream=number == len(bodies) - 1)
        if not bodies:
            self.http.end_stream(stream)
        self.flush()
        headers = {}
        while True:
            data = self.socket.recv(65536)
            assert data, "the connection was closed"
            for event in self.http.receive_data(data):
                if isinstance(event, (h2.events.ResponseReceived, h2.events.TrailersReceived)):
                    if event.stream_id == stream:
                        headers.update(event.headers)
                if isinstance(event, h2.events.StreamEnded) and event.stream_id == stream:
                    self.flush()
                    return headers
                if isinstance(event, h2.events.StreamReset) and event.stream_id == stream:
                    return {**headers, "reset": str(event.error_code)}
            self.flush()


def with_http2_by_hand(daemon):
    raw = Raw(daemon)
    assert raw.request("/grpc.health.v1.Health/Check", b"")["grpc-status"] == "0"
    assert raw.request("/grpc.health.v1.Health/Check", b"", b"")["grpc-status"] not in ("0", None), "two messages"
    assert raw.request("/grpc.health.v1.Health/Check")["grpc-status"] not in ("0", None), "no message"
    assert raw.request("/no.such.Service/Call", b"")["grpc-status"] == "12"
    snappy = raw.request("/grpc.health.v1.Health/Check", b"", more=[("grpc-encoding", "snappy")])
    assert snappy.get("grpc-status", "0") in ("0", "12", "13"), snappy
    assert raw.request("/grpc.health.v1.Health/Check", b"")["grpc-status"] == "0", "the connection goes on"


with Daemon() as shared:
    for case in (with_grpclib, with_buf, with_http2_by_hand):
        score.case(case.__name__, lambda: case(shared))
score.end()
