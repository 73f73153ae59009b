import ArgumentParser
import Foundation
import Glibc

/// An echo server in a process of its own, and what the system says of it.
final class EchoProcess {
  let port: Int
  private let process = Process()

  /// - Parameter transport: `core`, `nio` or `cpp`.
  init(_ transport: String, programs: String) throws {
    let isCPP = transport == "cpp"
    process.executableURL = URL(fileURLWithPath: "\(programs)/\(isCPP ? "echo-cpp" : "echo-server")")
    process.arguments = isCPP ? [] : ["--transport", transport]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let number = line.split(whereSeparator: \.isWhitespace).last.flatMap({ Int($0) }) else {
      process.terminate()
      throw ValidationError("the \(transport) server did not say its port but '\(line)'")
    }
    port = number
  }

  /// Time on processors so far, of all threads.
  var processorSeconds: Double {
    // The fields after the program's name, which may hold spaces: state is the first, utime and stime the 12th and 13th.
    guard let fields = status("stat")?.split(separator: ")").last?.split(separator: " "), fields.count > 12,
      let user = Double(fields[11]), let system = Double(fields[12])
    else { return 0 }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// The most memory it had at a time.
  var peakBytes: Int {
    let line = status("status")?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(separator: " ").dropLast().last.flatMap { Int($0) } ?? 0) << 10
  }

  func stop() {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  private func status(_ name: String) -> String? {
    try? String(contentsOfFile: "/proc/\(process.processIdentifier)/\(name)", encoding: .utf8)
  }
}
