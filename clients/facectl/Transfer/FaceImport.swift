import FaceAPI
import FaceTypes
import GRPCCore
import SwiftProtobuf
import Synchronization

/// Sends faces over one stream, some at a time; the daemon's answers hold it back.
struct FaceImport: Sendable {
  let gallery: String
  let model: String
  let again: Bool
  let total: Int
  let isShown: Bool

  /// A message holds no more than this, so that few bytes wait anywhere.
  private static let (faceLimit, byteLimit) = (RequestLimits.importedFaces, 4 << 20)

  /// - Parameter source: is read while faces are sent.
  func run(
    _ source: @Sendable @escaping () throws -> any FaceSource, over client: GRPCClient<some ClientTransport>
  ) async throws -> ImportSummary {
    let progress = SharedImport(total: total, isShown: isShown)
    try await Faced_V1_TransferService.Client(wrapping: client).importFaces { writer in
      var source = try source()
      var (message, labels, bytes) = (empty, [String](), 0)
      func send() async throws {
        guard !labels.isEmpty else { return }
        progress.sent(labels)
        try await writer.write(message)
        (message, labels, bytes) = (empty, [], 0)
      }
      while let next = try source.next() {
        message.faces.append(next.face)
        labels.append(next.label)
        bytes += next.face.crop.count + 4 * next.face.vector.values.count + 512
        if labels.count == Self.faceLimit || bytes >= Self.byteLimit { try await send() }
      }
      try await send()
    } onResponse: { response in
      for try await message in response.messages { progress.answered(message) }
    }
    return try progress.finish()
  }

  private var empty: Faced_V1_ImportFacesRequest {
    .with {
      $0.gallery = ResourceName.gallery(gallery)
      $0.model = model
      $0.again = again
    }
  }
}

/// What is known of a running import.
private final class SharedImport: Sendable {
  private struct State {
    var summary: ImportSummary
    var bar: ProgressBar
    /// What the faces of each message without an answer are called.
    var waiting: [[String]] = []
    var done = 0
  }

  private let state: Mutex<State>

  init(total: Int, isShown: Bool) {
    state = Mutex(
      State(summary: ImportSummary(faces: total), bar: ProgressBar(total: total, unit: "faces", isShown: isShown)))
  }

  func sent(_ labels: [String]) { state.withLock { $0.waiting.append(labels) } }

  func answered(_ message: Faced_V1_ImportFacesResponse) {
    state.withLock { state in
      guard !state.waiting.isEmpty else { return }
      let labels = state.waiting.removeFirst()
      state.summary.add(message, labels)
      state.done += labels.count
      state.bar.update(done: state.done)
    }
  }

  func finish() throws -> ImportSummary {
    try state.withLock { state in
      state.bar.finish()
      guard state.waiting.isEmpty else {
        throw RPCError(code: .unavailable, message: "the stream ended before every answer came; run the command again")
      }
      return state.summary
    }
  }
}
