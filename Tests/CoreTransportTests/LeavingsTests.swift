import Foundation
import Testing

/// What is left after many calls and many connections, counted in a process of its own (`transport-rounds`).
@Suite(.timeLimit(.minutes(5)))
struct LeavingsTests {
  private struct Count: Decodable, Equatable {
    var threads: Int
    var descriptors: Int
    var tags: Int
    var calls: Int
    var callObjects: Int
    var messages: Int
  }

  @Test func tenThousandCallsAndAThousandConnectionsLeaveNothing() throws {
    let process = Process()
    process.executableURL = Self.program
    process.arguments = ["10000", "1000"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let lines = output.fileHandleForReading.readDataToEndOfFile().split(separator: UInt8(ascii: "\n"))
    process.waitUntilExit()
    try #require(process.terminationStatus == 0 && lines.count == 2)
    let counts = try lines.map { try JSONDecoder().decode(Count.self, from: $0) }
    let (before, after) = (counts[0], counts[1])
    #expect(before.threads > 1 && before.descriptors > 3)
    // Pools of threads differ by a few. Each queue has a thread of its own, so queues that are left would be seen here too.
    #expect(after.threads <= before.threads + 10)
    #expect(after.descriptors <= before.descriptors + 10)
    // The server's wait for the next calls is all that the core holds.
    #expect(after.tags == before.tags)
    #expect(after.calls == 0 && after.callObjects == 0 && after.messages == 0)
  }

  private static let program: URL = {
    let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let beside = bundle.appendingPathComponent("transport-rounds")
    if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent(".build/release/transport-rounds")
  }()
}
