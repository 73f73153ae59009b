import Foundation
import Synchronization

/// A Milvus server of the tests' own (milvus-lite), which `scripts/test-milvus.sh` starts and which ends with this process.
public final class TestMilvus: Sendable {
  /// The one that tests share, each with a prefix of its own; nil where milvus-lite is not installed.
  public static let shared: TestMilvus? = TestMilvus()

  /// What a test says that is skipped.
  public static let absence = "skipped: no Milvus (scripts/install-milvus-lite.sh)"

  /// HOST:PORT.
  public let target: String
  private let process: Mutex<Running>
  private static let count = Atomic(0)

  private struct Running: @unchecked Sendable {
    // Used under the mutex alone.
    let process: Process
    let input: FileHandle
    let output: FileHandle
  }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// A server that no other test has, for those that stop it.
  public init?() {
    let number = Self.count.add(1, ordering: .relaxed).newValue
    let script = Process()
    script.executableURL = Self.root.appendingPathComponent("scripts/test-milvus.sh")
    script.arguments = ["/tmp/faced-milvus-\(getpid())-\(number)"]
    let (input, output) = (Pipe(), Pipe())
    // No other process that the tests start may keep its input open.
    _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
    (script.standardInput, script.standardOutput) = (input, output)
    let running = Running(process: script, input: input.fileHandleForWriting, output: output.fileHandleForReading)
    guard (try? script.run()) != nil else { return nil }
    let line = Self.line(running)
    guard line.hasPrefix("ready ") else { return nil }
    target = String(line.dropFirst(6))
    process = Mutex(running)
  }

  deinit { process.withLock { try? $0.input.close() } }

  private static func line(_ running: Running) -> String {
    var bytes: [UInt8] = []
    while let byte = try? running.output.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") { bytes.append(byte) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `kill`, `start`, `wipe`, `pause`, `continue`, `full` or `space`.
  public func tell(_ word: String) {
    process.withLock { running in
      try? running.input.write(contentsOf: Data("\(word)\n".utf8))
      _ = Self.line(running)
    }
  }

  /// Collections with a prefix that no other test has.
  ///
  /// - Parameter options: more of the address's options.
  public func address(_ options: String = "") -> String {
    "milvus://\(target)?prefix=t\(Self.count.add(1, ordering: .relaxed).newValue)\(options)"
  }

  /// Runs a program of Milvus's own Python client, which gets the arguments; nil where that is not installed.
  public func python(_ program: String, _ arguments: [String]) -> String? {
    let environment = ProcessInfo.processInfo.environment["MILVUS_LITE"].map { URL(fileURLWithPath: $0) }
    let lite = environment ?? Self.root.appendingPathComponent(".build/milvus/bin/milvus-lite")
    let python = Process()
    python.executableURL = lite.deletingLastPathComponent().appendingPathComponent("python")
    python.arguments = ["-c", program, "http://\(target)"] + arguments
    let output = Pipe()
    python.standardOutput = output
    guard (try? python.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    python.waitUntilExit()
    return python.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }
}
