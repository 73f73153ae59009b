import Foundation
import PostgreSQL
import Synchronization

/// A PostgreSQL server of the tests' own, which `scripts/test-postgres.sh` starts on a Unix socket and which ends with this process.
public final class TestPostgreSQL: Sendable {
  /// The one that tests share; nil where PostgreSQL is not installed.
  public static let shared: TestPostgreSQL? = TestPostgreSQL()

  /// What a test says that is skipped.
  public static let absence = "PostgreSQL is not installed: `apt-get install postgresql` lets this test run"

  private let folder: String
  private let process: Mutex<Running>
  private static let count = Atomic(0)

  private struct Running: @unchecked Sendable {
    // Used under the mutex alone.
    let process: Process
    let input: FileHandle
    let output: FileHandle
  }

  /// A server that no other test has, for those that stop it.
  public init?() {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let number = Self.count.add(1, ordering: .relaxed).newValue
    folder = "/tmp/faced-postgres-\(getpid())-\(number)"
    let script = Process()
    script.executableURL = root.appendingPathComponent("scripts/test-postgres.sh")
    script.arguments = [folder]
    let (input, output) = (Pipe(), Pipe())
    // No other process that the tests start may keep its input open.
    _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
    (script.standardInput, script.standardOutput) = (input, output)
    process = Mutex(
      Running(process: script, input: input.fileHandleForWriting, output: output.fileHandleForReading))
    guard (try? script.run()) != nil, line().hasPrefix("ready") else { return nil }
  }

  deinit { process.withLock { try? $0.input.close() } }

  private func line() -> String {
    process.withLock { running in
      var bytes: [UInt8] = []
      while let byte = try? running.output.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") { bytes.append(byte) }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// `stop`, `start`, `kill`, `pause` or `continue`.
  public func tell(_ word: String) {
    process.withLock { try? $0.input.write(contentsOf: Data("\(word)\n".utf8)) }
    _ = line()
  }

  /// Makes an empty database.
  ///
  /// - Returns: its address.
  public func database() throws -> String {
    let name = "t\(Self.count.add(1, ordering: .relaxed).newValue)"
    try Connection(address("postgres")).simple("CREATE DATABASE \(name)")
    return address(name)
  }

  /// Runs statements in the database at an address, beside whoever uses it.
  public func run(_ sql: String, at address: String) throws { try Connection(address).simple(sql) }

  private func address(_ database: String) -> String { "postgres://faced@/\(database)?host=\(folder)" }
}
