import FaceAPI
import GRPCCore
import Synchronization

/// Receives model files that come in pieces.
///
/// All files that are on their way together take no more memory than one file may, and one that falls silent is given up: a
/// client that holds many half-sent files costs what one costs.
final class ModelUploads: Sendable {
  private let limit: Int
  private let silence: Duration
  private let taken = Mutex(0)

  static let maximumChunkBytes = 4 << 20

  /// - Parameters:
  ///   - limit: bytes of a file, and of all files at a time.
  ///   - silence: how long the next piece may take.
  init(limit: Int, silence: Duration = .seconds(30)) {
    self.limit = limit
    self.silence = silence
  }

  /// What all files take that are being received just now.
  var bytesInFlight: Int { taken.withLock { $0 } }

  /// One file that is being received; its memory is given back with it.
  private final class Upload: Sendable {
    private struct State {
      var label: String?
      var bytes: [UInt8] = []
      var lastPiece = ContinuousClock.now
    }

    private let uploads: ModelUploads
    private let state = Mutex(State())

    init(_ uploads: ModelUploads) { self.uploads = uploads }

    deinit {
      let count = state.withLock { $0.bytes.count }
      uploads.taken.withLock { $0 -= count }
    }

    var lastPiece: ContinuousClock.Instant { state.withLock { $0.lastPiece } }
    var whole: (label: String, bytes: [UInt8]) { state.withLock { ($0.label ?? "", $0.bytes) } }

    func append(_ message: Faced_V1_AddModelRequest) throws {
      guard message.chunk.count <= ModelUploads.maximumChunkBytes else {
        throw Failure.invalidArgument(
          "a chunk of a model file has at most \(ModelUploads.maximumChunkBytes >> 20) MiB", field: "chunk")
      }
      try state.withLock { state in
        if state.label == nil { state.label = message.label }
        guard state.bytes.count + message.chunk.count <= uploads.limit else {
          throw Failure.invalidArgument("a model file has at most \(uploads.limit >> 20) MiB", field: "chunk")
        }
        try uploads.take(message.chunk.count)
        state.bytes += message.chunk
        state.lastPiece = .now
      }
    }
  }

  /// - Throws: `INVALID_ARGUMENT`, `UPLOADS_FULL`, `UPLOAD_SILENT`.
  func receive<Messages: AsyncSequence & Sendable>(
    _ messages: Messages
  ) async throws -> (label: String, bytes: [UInt8]) where Messages.Element == Faced_V1_AddModelRequest {
    let upload = Upload(self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      group.addTask { for try await message in messages { try upload.append(message) } }
      group.addTask { [silence] in
        while true {
          let end = upload.lastPiece + silence
          if .now >= end { throw Self.silent(silence) }
          try await Task.sleep(until: end)
        }
      }
      // The reader ends where the file does; the watch only by an error.
      try await group.next()
    }
    return upload.whole
  }

  private func take(_ count: Int) throws {
    let fits = taken.withLock { taken in
      guard taken + count <= limit else { return false }
      taken += count
      return true
    }
    guard !fits else { return }
    var failure = Failure(
      code: .resourceExhausted, reason: "UPLOADS_FULL",
      message: "other models are being uploaded just now; try again in a few seconds")
    failure.retryAfter = .seconds(5)
    throw failure
  }

  private static func silent(_ silence: Duration) -> Failure {
    Failure(
      code: .deadlineExceeded, reason: "UPLOAD_SILENT",
      message: "no piece of the model came for \(silence.components.seconds) s; send it again")
  }
}
