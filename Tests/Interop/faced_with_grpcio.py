"""grpcio against faced: standard services, compression, keepalive, TLS, and the end of the daemon."""

import os
import threading
import time

import grpc
from google.protobuf import descriptor_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2

from certificates import Folder
from daemon import Daemon, Score

score = Score()


def channel(daemon, *options, credentials=None):
    options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_http_proxy", 0), *options]
    if credentials:
        return grpc.secure_channel(daemon.address, credentials, options=options)
    return grpc.insecure_channel(daemon.address, options=options)


def check(where, **options):
    return health_pb2_grpc.HealthStub(where).Check(health_pb2.HealthCheckRequest(), timeout=10, **options).status


def expect(value, wanted):
    assert value == wanted, f"{value!r}, not {wanted!r}"


def code(call):
    try:
        call()
    except grpc.RpcError as error:
        return error.code()
    return None


def details(error):
    """Types of the details that came with a failure."""
    from_trailer = {key: value for key, value in error.trailing_metadata()}.get("grpc-status-details-bin", b"")
    return [name for name in ("ErrorInfo", "BadRequest", "RetryInfo") if f"google.rpc.{name}".encode() in from_trailer]


def health(daemon):
    with channel(daemon) as where:
        stub = health_pb2_grpc.HealthStub(where)
        expect(check(where), 1)
        expect(code(lambda: stub.Check(health_pb2.HealthCheckRequest(service="nobody"), timeout=5)),
               grpc.StatusCode.NOT_FOUND)
        listed = where.unary_unary("/grpc.health.v1.Health/List")(b"", timeout=5)
        assert b"faced.v1.RecognitionService" in listed


def reflection(daemon):
    for version in ("v1", "v1alpha"):
        with channel(daemon) as where:
            ask = where.stream_stream(
                f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
                request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
                response_deserializer=reflection_pb2.ServerReflectionResponse.FromString)
            requests = [
                reflection_pb2.ServerReflectionRequest(list_services=""),
                reflection_pb2.ServerReflectionRequest(file_containing_symbol="faced.v1.RecognitionService"),
                reflection_pb2.ServerReflectionRequest(file_containing_symbol="nothing.like.this"),
            ]
            services, file, missing = list(ask(iter(requests), timeout=10))
            names = {service.name for service in services.list_services_response.service}
            assert {"faced.v1.RecognitionService", "grpc.health.v1.Health"} <= names, names
            first = descriptor_pb2.FileDescriptorProto.FromString(
                file.file_descriptor_response.file_descriptor_proto[0])
            expect(first.name, "faced/v1/recognition_service.proto")
            expect(missing.error_response.error_code, grpc.StatusCode.NOT_FOUND.value[0])


def compression(daemon):
    for algorithm in (grpc.Compression.Gzip, grpc.Compression.Deflate):
        with channel(daemon) as where:
            expect(check(where, compression=algorithm), 1)
            # Compresses well and is no request.
            identify = where.unary_unary("/faced.v1.RecognitionService/Identify")
            try:
                identify(b"\x12\xc0\x84\x3d" + bytes(1_000_000), timeout=20, compression=algorithm)
                raise AssertionError("answered")
            except grpc.RpcError as error:
                expect(error.code(), grpc.StatusCode.INVALID_ARGUMENT)
                expect(details(error), ["ErrorInfo", "BadRequest"])


def bomb(daemon):
    """200 MB of zeros as 200 KB of gzip."""
    with channel(daemon, ("grpc.max_send_message_length", -1)) as where:
        before = daemon.resident()
        identify = where.unary_unary("/faced.v1.RecognitionService/Identify")
        expect(code(lambda: identify(bytes(200 << 20), timeout=60, compression=grpc.Compression.Gzip)),
               grpc.StatusCode.RESOURCE_EXHAUSTED)
        return f"{daemon.resident() - before} MB more"


def undecodable(daemon):
    with channel(daemon) as where:
        try:
            where.unary_unary("/faced.v1.GalleryService/GetGallery")(b"\xff\xff\xff", timeout=5)
            raise AssertionError("answered")
        except grpc.RpcError as error:
            expect(error.code(), grpc.StatusCode.INVALID_ARGUMENT)
            assert "ErrorInfo" in details(error), details(error)


def two_messages(daemon):
    with channel(daemon) as where:
        twice = where.stream_unary("/faced.v1.ServerService/GetServerStatus")
        assert code(lambda: twice(iter([b"", b""]), timeout=5)) is not None


def metadata(daemon):
    with channel(daemon) as where:
        call = health_pb2_grpc.HealthStub(where).Check.with_call
        sent = (("x-request-id", "from-python"), ("x-anything-bin", b"\x00\xff"))
        try:
            where.unary_unary("/faced.v1.GalleryService/GetGallery").with_call(
                b"\x0a\x01/", timeout=5, metadata=sent)
            raise AssertionError("answered")
        except grpc.RpcError as error:
            expect(dict(error.trailing_metadata()).get("x-request-id"), "from-python")
        call(health_pb2.HealthCheckRequest(), timeout=5, metadata=sent)


def keepalive(daemon):
    options = (
        ("grpc.keepalive_time_ms", 1000), ("grpc.keepalive_timeout_ms", 5000),
        ("grpc.keepalive_permit_without_calls", 1), ("grpc.http2.max_pings_without_data", 0),
        ("grpc.http2.min_time_between_pings_ms", 1000))
    states = []
    with channel(daemon, *options) as where:
        expect(check(where), 1)
        where.subscribe(states.append)
        time.sleep(8)
        expect([state for state in states if state is not grpc.ChannelConnectivity.READY], [])
        watch = health_pb2_grpc.HealthStub(where).Watch(health_pb2.HealthCheckRequest())
        expect(next(watch).status, 1)
        time.sleep(6)
        assert watch.is_active(), watch.code()
        watch.cancel()


def deadline(daemon):
    with channel(daemon) as where:
        stub = health_pb2_grpc.HealthStub(where)
        expect(code(lambda: list(stub.Watch(health_pb2.HealthCheckRequest(), timeout=0.3))),
               grpc.StatusCode.DEADLINE_EXCEEDED)
        watch = stub.Watch(health_pb2.HealthCheckRequest())
        next(watch)
        watch.cancel()
        expect(check(where), 1)


def ending():
    with Daemon() as daemon, channel(daemon) as where:
        watch = health_pb2_grpc.HealthStub(where).Watch(health_pb2.HealthCheckRequest())
        expect(next(watch).status, 1)
        # An enroll stream that sends nothing.
        stop = threading.Event()

        def nothing():
            stop.wait(60)
            return
            yield

        enroll = where.stream_stream("/faced.v1.RecognitionService/EnrollStream")(nothing())
        time.sleep(0.5)
        daemon.signal()
        began = time.monotonic()
        expect(next(watch).status, 2)
        expect(code(lambda: list(enroll)), grpc.StatusCode.UNAVAILABLE)
        stop.set()
        # A second signal would end it at once.
        expect(daemon.process.wait(30), 0)
        return f"ended {time.monotonic() - began:.1f} s after SIGTERM"


def ending_at_once():
    with Daemon() as daemon, channel(daemon) as where:
        stop = threading.Event()

        def nothing():
            stop.wait(60)
            return
            yield

        # A model that never ends coming holds the daemon up.
        adding = where.stream_unary("/faced.v1.ModelService/AddModel").future(nothing())
        time.sleep(0.5)
        daemon.signal()
        time.sleep(1)
        assert daemon.process.poll() is None, "did not wait for the call"
        daemon.signal()
        expect(daemon.process.wait(2), 128 + 15)
        stop.set()
        adding.cancel()


def tls():
    files = Folder("certificates")
    files.expire()
    authority = grpc.ssl_channel_credentials(files.read("ca.pem"))
    own = ["--tls-certificate", files("server.pem"), "--tls-key", files("server.key")]

    def answer(daemon, credentials):
        with channel(daemon, credentials=credentials) as where:
            try:
                return check(where)
            except grpc.RpcError as error:
                return error.code()

    with Daemon(*own) as daemon:
        expect(answer(daemon, authority), 1)
        expect(answer(daemon, None), grpc.StatusCode.UNAVAILABLE)
        other = grpc.ssl_channel_credentials(Folder("others").read("ca.pem"))
        expect(answer(daemon, other), grpc.StatusCode.UNAVAILABLE)
    with Daemon(*own, "--tls-client-ca", files("ca.pem")) as daemon:
        def client(folder, name):
            return grpc.ssl_channel_credentials(
                files.read("ca.pem"), folder.read(f"{name}.key"), folder.read(f"{name}.pem"))

        expect(answer(daemon, client(files, "client-admin")), 1)
        expect(answer(daemon, authority), grpc.StatusCode.UNAVAILABLE)
        expect(answer(daemon, client(Folder("others"), "client-admin")), grpc.StatusCode.UNAVAILABLE)
        expect(answer(daemon, client(files, "expired")), grpc.StatusCode.UNAVAILABLE)
    with Daemon("--tls-certificate", files("expired.pem"), "--tls-key", files("expired.key")) as daemon:
        expect(answer(daemon, authority), grpc.StatusCode.UNAVAILABLE)


def unix_sockets():
    path = os.path.join(os.environ["WORK"], "faced.socket")
    for address in (f"unix:{path}", "unix-abstract:faced-interop"):
        with Daemon("--socket-mode", "0600", address=address) as daemon:
            with channel(daemon) as where:
                expect(check(where), 1)
            if address.startswith("unix:"):
                expect(os.stat(path).st_mode & 0o777, 0o600)
    assert not os.path.exists(path), "the socket's file is left"


with Daemon() as shared:
    for case in (health, reflection, compression, bomb, undecodable, two_messages, metadata, deadline, keepalive):
        score.case(case.__name__, lambda: case(shared))
for case in (ending, ending_at_once, tls, unix_sockets):
    score.case(case.__name__, case)
score.end()
