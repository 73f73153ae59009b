"""Hostile input against faced: others are served meanwhile, and memory and descriptors come back. Prints the figures."""

import random
import resource
import socket
import struct
import time

import grpc
import h2.config
import h2.connection
import h2.events
from grpc_health.v1 import health_pb2, health_pb2_grpc

from daemon import Daemon, Score, soon

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
score = Score()
random.seed(1)
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def frame(kind, flags, stream, body=b""):
    return struct.pack(">I", len(body))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + body


def literal(name, value):
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


REQUEST = (b"\x83\x86" + literal(b":path", b"/grpc.health.v1.Health/Check") + literal(b":authority", b"localhost")
           + literal(b"te", b"trailers") + literal(b"content-type", b"application/grpc"))


def connect(daemon):
    host, port = daemon.address.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=10)


def answered(daemon, timeout=10):
    """Milliseconds that a health check of somebody else takes."""
    options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_http_proxy", 0)]
    with grpc.insecure_channel(daemon.address, options=options) as channel:
        began = time.monotonic()
        health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=timeout)
        return (time.monotonic() - began) * 1000


def send(where, data):
    """False where the server has closed the connection, as it may."""
    try:
        where.sendall(data)
        return True
    except OSError:
        return False


def random_bytes(daemon):
    for _ in range(200):
        with connect(daemon) as where:
            send(where, random.randbytes(random.randrange(1, 4000)))


def random_frames(daemon):
    for _ in range(200):
        with connect(daemon) as where:
            send(where, PREFACE + frame(4, 0, 0))
            for _ in range(20):
                body = random.randbytes(random.randrange(0, 200))
                if not send(where, frame(random.randrange(12), random.randrange(256), random.randrange(4), body)):
                    break


def truncated_frames(daemon):
    whole = PREFACE + frame(4, 0, 0) + frame(1, 4, 1, REQUEST) + frame(0, 1, 1, b"\0\0\0\0\0")
    for length in range(1, len(whole)):
        with connect(daemon) as where:
            send(where, whole[:length])


def wrong_lengths(daemon):
    for claimed in (1, 1000, 2**24, 2**32 - 1):
        with connect(daemon) as where:
            body = b"\0" + struct.pack(">I", claimed) + b"x"
            send(where, PREFACE + frame(4, 0, 0) + frame(1, 4, 1, REQUEST) + frame(0, 1, 1, body))


def header_flood(daemon):
    for _ in range(20):
        with connect(daemon) as where:
            send(where, PREFACE + frame(4, 0, 0) + frame(1, 0, 1, REQUEST))
            block = b"".join(literal(b"x-%d" % n, b"v" * 100) for n in range(100))
            for _ in range(200):
                if not send(where, frame(9, 0, 1, block)):
                    break


def rapid_reset(daemon):
    with connect(daemon) as where:
        send(where, PREFACE + frame(4, 0, 0))
        for number in range(20_000):
            stream = 2 * number + 1
            if not send(where, frame(1, 4, stream, REQUEST) + frame(3, 0, stream, struct.pack(">I", 8))):
                return f"closed after {number}"
    return "20,000 streams"


def idle_connections(daemon):
    count = min(10_000, hard - 200)
    many = [connect(daemon) for _ in range(count)]
    while_open = answered(daemon)
    for where in many:
        where.close()
    return f"{count} connections; another client waited {while_open:.0f} ms"


def silent_connections_are_closed(daemon):
    with connect(daemon) as where:
        where.settimeout(40)
        began = time.monotonic()
        while where.recv(4096):
            pass
        return f"after {time.monotonic() - began:.1f} s"


def slow_readers(daemon):
    """Ask for much, and read nothing."""
    many = []
    for _ in range(50):
        where = connect(daemon)
        send(where, PREFACE + frame(4, 0, 0))
        for number in range(100):
            if not send(where, frame(1, 4, 2 * number + 1, REQUEST) + frame(0, 1, 2 * number + 1, bytes(5))):
                break
        many.append(where)
    while_open = answered(daemon)
    for where in many:
        where.close()
    return f"another client waited {while_open:.0f} ms"


def slow_writers(daemon):
    """A byte at a time."""
    many = [connect(daemon) for _ in range(100)]
    whole = PREFACE + frame(4, 0, 0) + frame(1, 4, 1, REQUEST)
    for byte in whole:
        for where in many:
            send(where, bytes([byte]))
    while_open = answered(daemon)
    for where in many:
        where.close()
    return f"another client waited {while_open:.0f} ms"


def silent_calls(daemon):
    """Calls of one connection whose request never comes leave the others their places."""
    path = b"/faced.v1.GalleryService/ListGalleries"
    request = REQUEST.replace(literal(b":path", b"/grpc.health.v1.Health/Check"), literal(b":path", path))
    with connect(daemon) as where:
        send(where, PREFACE + frame(4, 0, 0) + b"".join(frame(1, 4, 2 * number + 1, request) for number in range(2000)))
        time.sleep(0.5)
        with grpc.insecure_channel(daemon.address, options=[("grpc.enable_http_proxy", 0)]) as channel:
            channel.unary_unary(path.decode())(b"", timeout=10)
    return "2,000 calls"


def hold(daemon, size):
    """A connection with a message of `size` bytes that lacks its last one; None where the server would not have it."""
    where = connect(daemon)
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
    connection.initiate_connection()
    connection.send_headers(1, [(":method", "POST"), (":scheme", "http"), (":authority", "localhost"),
                                (":path", "/faced.v1.RecognitionService/Identify"), ("te", "trailers"),
                                ("content-type", "application/grpc")])
    left, start = size + 4, struct.pack(">BI", 0, size)
    while left > 0:
        window = min(connection.local_flow_control_window(1), connection.max_outbound_frame_size, left)
        if window > 0:
            connection.send_data(1, start + bytes(window - len(start)))
            left, start = left - window, b""
        else:
            try:
                received = where.recv(1 << 16)
                events = connection.receive_data(received)
            except OSError:
                return None
            ended = any(isinstance(event, (h2.events.StreamReset, h2.events.StreamEnded, h2.events.ConnectionTerminated))
                        for event in events)
            if ended or not received:
                return None
        if not send(where, connection.data_to_send()):
            return None
    return where


def held_messages(daemon):
    """40 messages of 60 MB that lack their last byte: 2.4 GB, were there no bound."""
    before, many = daemon.resident(), [hold(daemon, 60 << 20) for _ in range(40)]
    held = daemon.resident()
    assert held - before < 800, f"{held} MB"
    for where in filter(None, many):
        where.close()
    soon(lambda: daemon.resident() < before + 100, f"{daemon.resident()} MB are kept", within=40)
    return f"{held} MB while {len(list(filter(None, many)))} were held,"


def deadlines_of_a_millisecond(daemon):
    with grpc.insecure_channel(daemon.address) as channel:
        watch = health_pb2_grpc.HealthStub(channel).Watch
        calls = [watch(health_pb2.HealthCheckRequest(), timeout=0.001) for _ in range(2000)]
        for call in calls:
            try:
                list(call)
            except grpc.RpcError:
                pass


with Daemon() as shared:
    answered(shared)
    descriptors, memory = shared.descriptors(), shared.resident()
    print(f"before: {descriptors} descriptors, {memory} MB")
    for case in (random_bytes, random_frames, truncated_frames, wrong_lengths, header_flood, rapid_reset,
                 idle_connections, silent_connections_are_closed, slow_readers, slow_writers,
                 silent_calls, held_messages, deadlines_of_a_millisecond):

        def run():
            said = case(shared)
            after = answered(shared)
            return f"{said or ''} answered in {after:.0f} ms, {shared.descriptors()} descriptors, {shared.resident()} MB"

        score.case(case.__name__, run)
    score.case("descriptors come back", lambda: soon(
        lambda: shared.descriptors() <= descriptors + 2, f"{shared.descriptors()} descriptors"))
    print(f"after: {shared.descriptors()} descriptors, {shared.resident()} MB")

with Daemon(descriptors=(48, 48)) as small:

    def exhausted():
        many = [connect(small) for _ in range(80)]
        time.sleep(1)
        for where in many:
            where.close()
        soon(lambda: small.descriptors() < 40, "descriptors are free again")
        answered(small)
        assert "no descriptor is left" in small.text() or "too many connections" in small.text(), "nothing in the log"

    score.case("descriptors run out", exhausted)
score.end()
