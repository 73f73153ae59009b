internal import FaceTypes
internal import Synchronization

/// The next bytes of a model file, what its sender calls it, and the family that it is to be taken for.
package struct ModelPiece: Sendable {
  package let label: String
  package let preset: String
  package let bytes: [UInt8]

  package init(label: String, preset: String = "", bytes: [UInt8]) {
    self.label = label
    self.preset = preset
    self.bytes = bytes
  }
}

/// Receives model files that come in pieces.
///
/// All files that are on their way together take no more memory than one file may, and one that falls silent is given up: a
/// client that holds many half-sent files costs what one costs.
package final class ModelUploads: Sendable {
  private let limit: Int
  private let silence: Duration
  private let taken = Mutex(0)

  private static let maximumPieceBytes = 4 << 20

  /// - Parameters:
  ///   - limit: bytes of a file, and of all files at a time.
  ///   - silence: how long the next piece may take.
  package init(limit: Int, silence: Duration = .seconds(30)) {
    self.limit = limit
    self.silence = silence
  }

  /// What all files take that are being received just now.
  package var bytesInFlight: Int { taken.withLock { $0 } }

  /// One file that is being received; its memory is given back with it.
  private final class Upload: Sendable {
    private struct State {
      var label: String?
      var preset = ""
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
    var whole: (label: String, preset: String, bytes: [UInt8]) {
      state.withLock { ($0.label ?? "", $0.preset, $0.bytes) }
    }

    func append(_ piece: ModelPiece) throws(EngineError) {
      guard piece.bytes.count <= ModelUploads.maximumPieceBytes else {
        throw ModelUploads.refusal("a part of a model file has at most \(ModelUploads.maximumPieceBytes >> 20) MiB")
      }
      try state.withLock { (state) throws(EngineError) in
        if state.label == nil { (state.label, state.preset) = (piece.label, piece.preset) }
        guard state.bytes.count + piece.bytes.count <= uploads.limit else {
          throw ModelUploads.refusal("a model file has at most \(uploads.limit >> 20) MiB")
        }
        try uploads.take(piece.bytes.count)
        state.bytes += piece.bytes
        state.lastPiece = .now
      }
    }
  }

  /// - Throws: `INVALID_ARGUMENT`, `UPLOADS_FULL`, `UPLOAD_SILENT`, and what the sequence throws.
  package func receive<Pieces: AsyncSequence & Sendable>(
    _ pieces: Pieces
  ) async throws -> (label: String, preset: String, bytes: [UInt8]) where Pieces.Element == ModelPiece {
    let upload = Upload(self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      group.addTask { for try await piece in pieces { try upload.append(piece) } }
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

  private func take(_ count: Int) throws(EngineError) {
    let fits = taken.withLock { taken in
      guard taken + count <= limit else { return false }
      taken += count
      return true
    }
    guard !fits else { return }
    var error = EngineError(
      .resourceExhausted, .uploadsFull, "too many models are being uploaded; try again in a few seconds")
    error.retryAfter = .seconds(5)
    throw error
  }

  private static func refusal(_ message: String) -> EngineError {
    EngineError(.invalidArgument, .invalidArgument, message, field: "chunk")
  }

  private static func silent(_ silence: Duration) -> EngineError {
    EngineError(
      .cancelled, .uploadSilent,
      "no part of the model arrived for \(silence.components.seconds) s; upload it again")
  }
}
