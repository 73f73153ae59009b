import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf

/// `facebench enroll`: durable acknowledgements beside one fsync for each face.
struct EnrollVectorsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enroll",
    abstract: "Enroll vectors, each acknowledged when it is on the disk, beside one fsync for each.",
    discussion: """
      Starts faced as a process of its own. Each face is a call of its own and counts when it is answered. In the same \
      folder, and before and after, a file gets as many bytes as a face has, and one fsync for each.
      """)

  @Option(help: "Faces.") var faces = 20_000
  @Option(help: "Calls under way at a time.") var concurrent = 64
  @Option(help: "Connections.") var connections = 4
  @Option(help: "Syncs of the file, before and after.") var syncs = 200
  @Option(help: "The daemon's program. [faced beside this program]") var faced: String?
  @Flag(help: "Print one JSON object.") var json = false

  /// Bytes that a face adds to the store, about.
  private static let faceBytes = 1_024

  func validate() throws {
    guard faces > 0, concurrent > 0, syncs > 0, (1...64).contains(connections) else {
      throw ValidationError("--connections is 1 to 64, and the other numbers are more than 0")
    }
  }

  func run() async throws {
    let daemon = try DaemonUnderLoad(program: faced, data: nil, arguments: [])
    var syncRates = [try syncRate(in: daemon.data)]
    let rate = try await daemon.withClients(connections) { [faces, concurrent] clients in
      let (model, dimension) = try await DaemonUnderLoad.model(clients[0])
      let vectors = VectorSet(count: faces, dimension: dimension, queries: 1, seed: 7)
      let services = clients.map { Faced_V1_RecognitionService.Client(wrapping: $0) }
      let start = ContinuousClock.now
      try await withThrowingDiscardingTaskGroup { group in
        for first in 0..<concurrent {
          group.addTask {
            for row in stride(from: first, to: faces, by: concurrent) {
              _ = try await services[row % services.count].enroll(
                .with {
                  $0.displayName = "identity \(row / 5)"
                  $0.vector.values = vectors.row(row, dimension: dimension)
                  $0.model = model
                })
            }
          }
        }
      }
      return Double(faces) / ((ContinuousClock.now - start) / .seconds(1))
    }
    syncRates.append(try syncRate(in: daemon.data))
    let one = syncRates.reduce(0, +) / Double(syncRates.count)
    try report(
      EnrollFigures(
        faces: faces, concurrent: concurrent, facesPerSecond: shortened(rate), syncsPerSecond: syncRates.map(shortened),
        ratio: shortened(rate / one)), json: json)
  }

  /// Writes and syncs a second, one after the other.
  private func syncRate(in folder: String) throws -> Double {
    let path = folder + "/facebench-sync"
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    guard descriptor >= 0 else { throw LoadFailure(description: "'\(path)' cannot be written") }
    defer {
      close(descriptor)
      unsafe unlink(path)
    }
    let bytes = [UInt8](repeating: 7, count: Self.faceBytes)
    let start = ContinuousClock.now
    for _ in 0..<syncs {
      guard unsafe write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
        throw LoadFailure(description: "'\(path)' cannot be written")
      }
    }
    return Double(syncs) / ((ContinuousClock.now - start) / .seconds(1))
  }
}

private struct EnrollFigures: Encodable, CustomStringConvertible {
  let faces: Int
  let concurrent: Int
  let facesPerSecond: Double
  /// Before and after.
  let syncsPerSecond: [Double]
  let ratio: Double

  var description: String {
    "\(faces) faces, \(concurrent) under way: \(facesPerSecond) a second; one fsync for each would be "
      + "\(syncsPerSecond.map { "\($0)" }.joined(separator: " and ")) a second (before and after): \(ratio) times as many"
  }
}
