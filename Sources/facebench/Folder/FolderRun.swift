import ArgumentParser
import FaceAPI
import Foundation
import Glibc

/// One run of facectl over a folder.
struct FolderRun {
  let photographs: Int
  let refused: Int
  let seconds: Double
  /// Of daemon and client.
  let processorTime: ProcessorTime
  let processorTimeOfFirstSecond: ProcessorTime
  let daemonPeakBytes: Int

  init(_ client: String, _ verb: FolderVerb, _ folder: String, _ daemon: DaemonUnderLoad) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: client)
    process.arguments = [verb.rawValue, folder, "--address", daemon.address, "--timeout", "3600", "--json"]
    let (output, answers) = try Self.file()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    let before = daemon.processorTime
    let clock = ContinuousClock()
    let start = clock.now
    try process.run()
    var first: ProcessorTime?
    var own = ProcessorTime()
    // A process's time is gone with it, so it is looked at while it runs.
    while process.isRunning {
      usleep(10_000)
      own = own.most(ProcessorTime(of: process.processIdentifier))
      if first == nil, clock.now - start >= .seconds(1) { first = daemon.processorTime - before + own }
    }
    seconds = (clock.now - start) / .seconds(1)
    processorTime = daemon.processorTime - before + own
    processorTimeOfFirstSecond = first ?? processorTime
    daemonPeakBytes = daemon.peakBytes
    (photographs, refused) = try Self.count(answers, verb)
  }

  private static func file() throws -> (FileHandle, String) {
    let path = NSTemporaryDirectory() + "/facebench-folder-\(UUID().uuidString)"
    guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path)
    else { throw LoadFailure(description: "'\(path)' cannot be written") }
    return (handle, path)
  }

  /// Photographs in facectl's answers, and those that were refused.
  private static func count(_ path: String, _ verb: FolderVerb) throws -> (Int, Int) {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    switch verb {
    case .identify:
      let answers = try lines.map { try JSONDecoder().decode(Identified.self, from: Data($0.utf8)) }
      let files = Dictionary(grouping: answers, by: \.file)
      return (files.count, files.values.count { $0.contains { $0.error != nil } })
    case .enroll:
      guard let summary = lines.last else { throw LoadFailure(description: "facectl enroll said nothing") }
      let told = try JSONDecoder().decode(Enrolled.self, from: Data(summary.utf8))
      return (told.photographs, told.refused.count)
    }
  }

  private struct Identified: Decodable {
    struct Problem: Decodable {}
    let file: String
    let error: Problem?
  }

  private struct Enrolled: Decodable {
    struct Refused: Decodable {}
    let photographs: Int
    let refused: [Refused]
  }
}
