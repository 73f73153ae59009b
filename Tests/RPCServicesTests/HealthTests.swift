import CoreTransport
import GRPCCore
import RPCHealth
import SwiftProtobuf
import Testing

@Suite(.timeLimit(.minutes(5)))
struct HealthTests {
  private func withHealth(
    _ board: HealthBoard,
    _ body: @escaping @Sendable (Grpc_Health_V1_Health.Client<CoreClientTransport>) async throws -> Void
  ) async throws {
    try await withGRPCServer(transport: try CoreServerTransport(), services: [HealthService(board: board)]) { server in
      let transport = try CoreClientTransport(target: try await server.transport.boundAddress)
      try await withGRPCClient(transport: transport) { try await body(.init(wrapping: $0)) }
    }
  }

  @Test func checkAndListSayHowServicesAre() async throws {
    let board = HealthBoard(services: ["a.A", "b.B"])
    board.set(.notServing, for: "b.B")
    try await withHealth(board) { health in
      let listed = try await health.list(.init()).statuses.mapValues(\.status)
      #expect(listed == ["": .serving, "a.A": .serving, "b.B": .notServing])
      let one = try await health.check(.with { $0.service = "b.B" }).status
      #expect(one == .notServing)
      await #expect { _ = try await health.check(.with { $0.service = "c.C" }) } throws: {
        ($0 as? RPCError)?.code == .notFound
      }
    }
  }

  @Test func watchTellsOfChangesAndOfTheEnd() async throws {
    let board = HealthBoard(services: ["a.A"])
    try await withHealth(board) { health in
      let seen = try await health.watch(.with { $0.service = "a.A" }) { response in
        var seen: [Grpc_Health_V1_HealthCheckResponse.ServingStatus] = []
        for try await message in response.messages {
          seen.append(message.status)
          switch seen.count {
          case 1: board.set(.notServing, for: "a.A")
          case 2: board.set(.serving, for: "a.A")
          default: board.drain()
          }
        }
        return seen
      }
      #expect(seen == [.serving, .notServing, .serving, .notServing])
      let after = try await health.check(.init()).status
      #expect(after == .notServing)
    }
  }
}
