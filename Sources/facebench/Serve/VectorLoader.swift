import FaceAPI
import FaceTypes
import GRPCCore
import SwiftProtobuf

/// Puts vectors into a daemon's default gallery, five for each identity.
enum VectorLoader {
  private static let perMessage = RequestLimits.importedFaces
  /// Messages on their way, so that the daemon always has one to do and memory stays bounded.
  private static let window = 8

  /// - Returns: seconds that it took.
  static func load(
    _ vectors: VectorSet, dimension: Int, model: String, over client: DaemonUnderLoad.Client
  ) async throws -> Double {
    let start = ContinuousClock.now
    let (answers, free) = AsyncStream.makeStream(of: Void.self)
    for _ in 0..<window { free.yield() }
    let refused = try await Faced_V1_TransferService.Client(wrapping: client).importFaces { writer in
      var turns = answers.makeAsyncIterator()
      for first in stride(from: 0, to: vectors.count, by: perMessage) {
        await turns.next()
        try await writer.write(
          .with { message in
            message.gallery = ResourceName.gallery(.default)
            message.model = model
            message.faces = (first..<min(first + perMessage, vectors.count)).map { row in
              .with {
                $0.displayName = "identity \(row / 5)"
                $0.vector.values = vectors.row(row, dimension: dimension)
              }
            }
          })
      }
    } onResponse: { response in
      var refused = 0
      for try await answer in response.messages {
        refused += answer.problems.count
        free.yield()
      }
      return refused
    }
    guard refused == 0 else { throw LoadFailure(description: "\(refused) vectors were refused") }
    return (ContinuousClock.now - start) / .seconds(1)
  }
}

struct LoadFailure: Error, CustomStringConvertible {
  let description: String
}
