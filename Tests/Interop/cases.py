"""gRPC's interoperability cases between grpcio and `interop`, in both directions.

The messages are generated from proto/grpc/testing/test.proto into $WORK by the script that runs this.
"""

import os
import subprocess
import sys
import time
from concurrent import futures

import grpc

sys.path.insert(0, os.environ["WORK"])
import test_pb2 as messages  # noqa: E402

from certificates import Folder  # noqa: E402
from daemon import PROGRAMS, Score  # noqa: E402

INITIAL, LAST = "x-grpc-test-echo-initial", "x-grpc-test-echo-trailing-bin"
SERVICE = "/grpc.testing.TestService/"
LARGE = [("grpc.max_receive_message_length", 64 << 20), ("grpc.use_local_subchannel_pool", 1)]


def zeros(count):
    return messages.Payload(body=bytes(count))


def expect(value, wanted):
    assert value == wanted, f"{str(value)[:100]!r}, not {str(wanted)[:100]!r}"


class Server(grpc.GenericRpcHandler):
    """The service, in Python."""

    def service(self, details):
        name = details.method.removeprefix(SERVICE)
        kinds = {
            "EmptyCall": (grpc.unary_unary_rpc_method_handler, messages.Empty, lambda _, context: messages.Empty()),
            "UnaryCall": (grpc.unary_unary_rpc_method_handler, messages.SimpleRequest, self.unary),
            "StreamingOutputCall": (
                grpc.unary_stream_rpc_method_handler, messages.StreamingOutputCallRequest, self.output),
            "StreamingInputCall": (
                grpc.stream_unary_rpc_method_handler, messages.StreamingInputCallRequest, self.input),
            "FullDuplexCall": (
                grpc.stream_stream_rpc_method_handler, messages.StreamingOutputCallRequest, self.duplex),
        }
        if not details.method.startswith(SERVICE) or name not in kinds:
            return None
        make, request, body = kinds[name]
        return make(body, request_deserializer=request.FromString, response_serializer=lambda m: m.SerializeToString())

    @staticmethod
    def echo(context):
        sent = dict(context.invocation_metadata())
        if INITIAL in sent:
            context.send_initial_metadata(((INITIAL, sent[INITIAL]),))
        if LAST in sent:
            context.set_trailing_metadata(((LAST, sent[LAST]),))

    @staticmethod
    def check(status, context):
        if status.code:
            code = next(code for code in grpc.StatusCode if code.value[0] == status.code)
            context.abort(code, status.message)

    def unary(self, request, context):
        self.echo(context)
        self.check(request.response_status, context)
        if request.response_compressed.value:
            context.set_compression(grpc.Compression.Gzip)
        return messages.SimpleResponse(payload=zeros(request.response_size))

    def output(self, request, context):
        self.check(request.response_status, context)
        if any(parameters.compressed.value for parameters in request.response_parameters):
            context.set_compression(grpc.Compression.Gzip)
        for parameters in request.response_parameters:
            time.sleep(parameters.interval_us / 1e6)
            yield messages.StreamingOutputCallResponse(payload=zeros(parameters.size))

    def input(self, requests, context):
        return messages.StreamingInputCallResponse(
            aggregated_payload_size=sum(len(request.payload.body) for request in requests))

    def duplex(self, requests, context):
        self.echo(context)
        for request in requests:
            yield from self.output(request, context)


class Client:
    """The cases, in Python."""

    def __init__(self, address):
        self.channel = grpc.insecure_channel(address, options=LARGE)

    def call(self, kind, name, response, service=SERVICE):
        return getattr(self.channel, kind)(
            service + name, request_serializer=lambda m: m.SerializeToString(),
            response_deserializer=response.FromString)

    def unary(self, request, **options):
        return self.call("unary_unary", "UnaryCall", messages.SimpleResponse)(request, timeout=20, **options)

    def empty_unary(self):
        self.call("unary_unary", "EmptyCall", messages.Empty)(messages.Empty(), timeout=10)

    def large_unary(self, request_bytes=271828, response_bytes=314159, **options):
        answer = self.unary(
            messages.SimpleRequest(response_size=response_bytes, payload=zeros(request_bytes)), **options)
        expect(answer.payload.body, bytes(response_bytes))

    def large_unary_64_megabytes(self):
        self.large_unary(60 << 20, 60 << 20)

    def client_compressed_unary(self):
        self.large_unary(compression=grpc.Compression.Gzip)
        self.large_unary(compression=grpc.Compression.Deflate)

    def server_compressed_unary(self):
        request = messages.SimpleRequest(
            response_size=314159, payload=zeros(271828), response_compressed=messages.BoolValue(value=True))
        call = self.call("unary_unary", "UnaryCall", messages.SimpleResponse)
        answer, _ = call.with_call(request, timeout=10)
        expect(answer.payload.body, bytes(314159))

    def client_streaming(self, **options):
        sizes = [27182, 8, 1828, 45904]
        requests = (messages.StreamingInputCallRequest(payload=zeros(size)) for size in sizes)
        answer = self.call("stream_unary", "StreamingInputCall", messages.StreamingInputCallResponse)(
            requests, timeout=10, **options)
        expect(answer.aggregated_payload_size, 74922)

    def client_compressed_streaming(self):
        self.client_streaming(compression=grpc.Compression.Gzip)

    def server_streaming(self, compressed=False):
        sizes = [31415, 9, 2653, 58979]
        request = messages.StreamingOutputCallRequest(response_parameters=[
            messages.ResponseParameters(size=size, compressed=messages.BoolValue(value=compressed)) for size in sizes])
        answers = self.call("unary_stream", "StreamingOutputCall", messages.StreamingOutputCallResponse)(
            request, timeout=10)
        expect([len(answer.payload.body) for answer in answers], sizes)

    def server_compressed_streaming(self):
        self.server_streaming(compressed=True)

    def duplex(self, requests, **options):
        return self.call("stream_stream", "FullDuplexCall", messages.StreamingOutputCallResponse)(requests, **options)

    def ping_pong(self):
        import queue

        requests = queue.Queue()
        answers = self.duplex(iter(requests.get, None), timeout=10)
        for size, wanted in ((27182, 31415), (8, 9), (1828, 2653), (45904, 58979)):
            requests.put(messages.StreamingOutputCallRequest(
                payload=zeros(size), response_parameters=[messages.ResponseParameters(size=wanted)]))
            expect(len(next(answers).payload.body), wanted)
        requests.put(None)
        expect(list(answers), [])

    def empty_stream(self):
        expect(list(self.duplex(iter(()), timeout=10)), [])

    def custom_metadata(self):
        sent = ((INITIAL, "test_initial_metadata_value"), (LAST, b"\xab\xab\xab"))
        _, call = self.call("unary_unary", "UnaryCall", messages.SimpleResponse).with_call(
            messages.SimpleRequest(response_size=1), timeout=10, metadata=sent)
        expect(dict(call.initial_metadata()).get(INITIAL), "test_initial_metadata_value")
        expect(dict(call.trailing_metadata()).get(LAST), b"\xab\xab\xab")

    def status(self, text):
        status = messages.EchoStatus(code=2, message=text)
        calls = (
            lambda: self.unary(messages.SimpleRequest(response_status=status)),
            lambda: list(self.duplex(iter([messages.StreamingOutputCallRequest(response_status=status)]), timeout=10)))
        for call in calls:
            try:
                call()
                raise AssertionError("answered")
            except grpc.RpcError as error:
                expect((error.code(), error.details()), (grpc.StatusCode.UNKNOWN, text))

    def status_code_and_message(self):
        self.status("test status message")

    def special_status_message(self):
        self.status("\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n")

    def fails(self, code, call):
        try:
            call()
        except grpc.RpcError as error:
            expect(error.code(), code)
        else:
            raise AssertionError("answered")

    def unimplemented_method(self):
        self.fails(grpc.StatusCode.UNIMPLEMENTED, lambda: self.call(
            "unary_unary", "UnimplementedCall", messages.Empty)(messages.Empty(), timeout=10))

    def unimplemented_service(self):
        self.fails(grpc.StatusCode.UNIMPLEMENTED, lambda: self.call(
            "unary_unary", "UnimplementedCall", messages.Empty, "/grpc.testing.UnimplementedService/")(
                messages.Empty(), timeout=10))

    def cancel_after_begin(self):
        call = self.call("stream_unary", "StreamingInputCall", messages.StreamingInputCallResponse).future(
            iter(lambda: time.sleep(60), None))
        call.cancel()
        assert call.cancelled()

    def cancel_after_first_response(self):
        import queue

        requests = queue.Queue()
        answers = self.duplex(iter(requests.get, None))
        requests.put(messages.StreamingOutputCallRequest(
            payload=zeros(27182), response_parameters=[messages.ResponseParameters(size=31415)]))
        next(answers)
        answers.cancel()
        self.fails(grpc.StatusCode.CANCELLED, lambda: next(answers))
        requests.put(None)

    def timeout_on_sleeping_server(self):
        import queue

        requests = queue.Queue()
        self.fails(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: next(self.duplex(iter(requests.get, None), timeout=0.001)))
        requests.put(None)


CASES = [
    "empty_unary", "large_unary", "large_unary_64_megabytes", "client_compressed_unary", "server_compressed_unary",
    "client_streaming", "client_compressed_streaming", "server_streaming", "server_compressed_streaming", "ping_pong", "empty_stream",
    "custom_metadata", "status_code_and_message", "special_status_message", "unimplemented_method",
    "unimplemented_service", "cancel_after_begin", "cancel_after_first_response", "timeout_on_sleeping_server",
]

score = Score()
print("grpcio's client, interop's server")
serving = subprocess.Popen([f"{PROGRAMS}/interop", "serve"], stdout=subprocess.PIPE, text=True)
try:
    client = Client(serving.stdout.readline().split()[1])
    for name in CASES:
        score.case(name, getattr(client, name))
finally:
    serving.kill()
    serving.wait()

print("interop's client, grpcio's server")


class Serving:
    """The service in Python at an address, with TLS where there are credentials."""

    def __init__(self, address="127.0.0.1:0", credentials=None):
        self.server = grpc.server(futures.ThreadPoolExecutor(16), options=LARGE)
        self.server.add_generic_rpc_handlers((Server(),))
        if credentials:
            port = self.server.add_secure_port(address, credentials)
        else:
            port = self.server.add_insecure_port(address)
        self.address = address.replace(":0", f":{port}")

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *_):
        self.server.stop(None).wait()

    def ask(self, *arguments):
        """Runs interop's client; its output, and whether every case passed."""
        result = subprocess.run(
            [f"{PROGRAMS}/interop", "run", "--target", self.address, *arguments], text=True, capture_output=True,
            timeout=120)
        return result.stdout + result.stderr, result.returncode == 0


def run():
    with Serving() as serving:
        output, passed = serving.ask()
        print(output, end="")
        assert passed


def over_tls():
    files, others = Folder("certificates"), Folder("others")
    files.expire()

    def serve(name, asks=False):
        pair = [(files.read(f"{name}.key"), files.read(f"{name}.pem"))]
        return Serving(credentials=grpc.ssl_server_credentials(pair, files.read("ca.pem") if asks else None, asks))

    def identity(folder, name):
        return ["--tls-certificate", folder(f"{name}.pem"), "--tls-key", folder(f"{name}.key")]

    trusting, trusting_others = ["--tls-ca", files("ca.pem")], ["--tls-ca", others("ca.pem")]
    with serve("server") as serving:
        for arguments, wanted in ((trusting, True), (trusting_others, False), ([], False)):
            expect(serving.ask("empty_unary", *arguments)[1], wanted)
    with serve("expired") as serving:
        expect(serving.ask("empty_unary", *trusting)[1], False)
    with serve("server", asks=True) as serving:
        for shown, wanted in (
                (identity(files, "client-admin"), True), ([], False), (identity(others, "client-admin"), False),
                (identity(files, "expired"), False)):
            expect(serving.ask("empty_unary", *trusting, *shown)[1], wanted)


def over_a_socket():
    with Serving(f"unix:{os.environ['WORK']}/cases.socket") as serving:
        output, passed = serving.ask("empty_unary", "ping_pong")
        assert passed, output


score.case("all of interop's", run)
score.case("TLS, mutual TLS, and certificates that are wrong or have expired", over_tls)
score.case("a Unix socket", over_a_socket)
score.end()
