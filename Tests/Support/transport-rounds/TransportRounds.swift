import CoreTransport
import Foundation
import GRPCCore

/// A server and its clients in a process of their own, where nothing else takes threads or descriptors.
///
///     transport-rounds CALLS CONNECTIONS
///
/// Warms up, counts, makes so many calls and so many connections that come and go, counts again. Prints each count as a JSON
/// object on a line.
@main
struct TransportRounds {
  static func main() async throws {
    let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    guard numbers.count == 2 else { fatalError("usage: transport-rounds CALLS CONNECTIONS") }
    let server = try CoreServerTransport()
    try await withGRPCServer(transport: server, services: [Echo()]) { _ in
      let address = try await server.boundAddress
      let transport = try CoreClientTransport(target: address)
      try await withGRPCClient(transport: transport) { client in
        // Pools of threads and of memory find their size.
        try await calls(500, client)
        try await connections(50, to: address)
        let before = try await Count.settled(server, transport, at: nil)
        before.print()
        try await calls(numbers[0], client)
        try await connections(numbers[1], to: address)
        try await Count.settled(server, transport, at: before).print()
      }
    }
  }

  private static func calls(_ count: Int, _ client: GRPCClient<CoreClientTransport>) async throws {
    try await withThrowingDiscardingTaskGroup { group in
      for worker in 0..<16 {
        group.addTask {
          for number in 0..<(count / 16 + 1) {
            try await Echo.ask(client, [UInt8](repeating: 7, count: worker * number))
          }
        }
      }
    }
  }

  private static func connections(_ count: Int, to address: String) async throws {
    for _ in 0..<count {
      try await withGRPCClient(transport: try CoreClientTransport(target: address)) { client in
        try await Echo.ask(client, [1, 2, 3])
      }
    }
  }
}

/// What the process and both transports hold.
private struct Count: Encodable {
  var threads: Int
  var descriptors: Int
  var tags: Int
  var calls: Int
  var callObjects: Int
  var messages: Int

  private static func now(_ server: CoreServerTransport, _ client: CoreClientTransport) -> Count {
    let (a, b) = (server.ledger.snapshot, client.ledger.snapshot)
    func entries(_ path: String) -> Int { (try? FileManager.default.contentsOfDirectory(atPath: path).count) ?? -1 }
    return Count(
      threads: entries("/proc/self/task"), descriptors: entries("/proc/self/fd"), tags: a.tags + b.tags,
      calls: a.calls + b.calls, callObjects: a.callObjects + b.callObjects, messages: a.lentMessages + b.lentMessages)
  }

  /// Threads and sockets end a little after what used them: the least within four quiet seconds, or as soon as it is no more
  /// than it was.
  static func settled(
    _ server: CoreServerTransport, _ client: CoreClientTransport, at goal: Count?
  ) async throws -> Count {
    var least = now(server, client)
    for _ in 0..<40 {
      try await Task.sleep(for: .milliseconds(100))
      let count = now(server, client)
      least.threads = min(least.threads, count.threads)
      least.descriptors = min(least.descriptors, count.descriptors)
      (least.tags, least.calls) = (count.tags, count.calls)
      (least.callObjects, least.messages) = (count.callObjects, count.messages)
      if let goal, least.threads <= goal.threads, least.descriptors <= goal.descriptors, least.calls == goal.calls {
        break
      }
    }
    return least
  }

  func print() {
    guard let line = try? JSONEncoder().encode(self) else { return }
    FileHandle.standardOutput.write(line + Data("\n".utf8))
  }
}

private struct Echo: RegistrableRPCService {
  private static let method = MethodDescriptor(fullyQualifiedService: "test.Rounds", method: "Echo", type: .unary)

  static func ask(_ client: GRPCClient<CoreClientTransport>, _ bytes: [UInt8]) async throws {
    let answer = try await client.unary(
      request: ClientRequest(message: bytes), descriptor: method, serializer: Bytes(), deserializer: Bytes(),
      options: .defaults
    ) { try $0.message }
    guard answer == bytes else { throw RPCError(code: .dataLoss, message: "the echo differs") }
  }

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerHandler(
      forMethod: Self.method, deserializer: Bytes(), serializer: Bytes()
    ) { request, _ in
      let request = try await ServerRequest(stream: request)
      return StreamingServerResponse(single: ServerResponse(message: request.message))
    }
  }
}

private struct Bytes: MessageSerializer, MessageDeserializer {
  func serialize<Output: GRPCContiguousBytes>(_ message: [UInt8]) -> Output { Output(message) }
  func deserialize<Input: GRPCContiguousBytes>(_ bytes: Input) -> [UInt8] { bytes.withUnsafeBytes { Array($0) } }
}
