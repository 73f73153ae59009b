internal import FaceDetection
internal import FaceNet
internal import FaceStore
internal import FaceTypes
internal import Images
internal import VectorIndex

// Every error of a lower module becomes an EngineError here and nowhere else.

extension EngineError {
  init(_ error: StoreError) {
    switch error.code {
    case .notFound: self.init(.notFound, "NOT_FOUND", error.message)
    case .alreadyExists: self.init(.alreadyExists, "ALREADY_EXISTS", error.message)
    case .invalidArgument: self.init(.invalidArgument, "INVALID_ARGUMENT", error.message)
    case .failedPrecondition: self.init(.failedPrecondition, "FAILED_PRECONDITION", error.message)
    case .modelChanged: self.init(.failedPrecondition, "MODEL_CHANGED", error.message)
    case .deletedSince: self.init(.failedPrecondition, "FACE_DELETED_SINCE", error.message)
    case .overloaded: self.init(.resourceExhausted, "BUSY", error.message)
    case .locked: self.init(.failedPrecondition, "STORE_IN_USE", error.message)
    case .corruption: self.init(.dataLoss, "STORE_DAMAGED", error.message)
    case .schemaTooNew: self.init(.failedPrecondition, "STORE_TOO_NEW", error.message)
    case .io: self.init(.internal, "STORE_FAILED", error.message)
    case .closed: self.init(.failedPrecondition, "STOPPING", error.message)
    }
  }

  init(_ error: ImageError) {
    switch error.code {
    case .notAnImage, .unsupportedFormat: self.init(.invalidArgument, "NOT_AN_IMAGE", error.message)
    case .tooManyBytes, .tooManyPixels: self.init(.invalidArgument, "IMAGE_TOO_LARGE", error.message)
    case .damaged: self.init(.invalidArgument, "IMAGE_DAMAGED", error.message)
    default: self.init(.internal, "IMAGE_FAILED", error.message)
    }
  }

  init(_ error: ModelFileError) {
    self.init(.invalidArgument, "MODEL_REFUSED", error.message)
  }

  init(_ error: IndexError) {
    self.init(.internal, "INDEX_FAILED", "the vector index failed: \(error)")
  }

  init(_ error: InvalidName) {
    self.init(.invalidArgument, "INVALID_NAME", error.message)
  }
}

/// Runs what throws a store's error as what throws an engine's.
func translating<Value>(_ body: () throws(StoreError) -> Value) throws(EngineError) -> Value {
  do throws(StoreError) { return try body() } catch { throw EngineError(error) }
}

func translating<Value: Sendable>(
  _ body: () async throws(StoreError) -> Value
) async throws(EngineError) -> Value {
  do throws(StoreError) { return try await body() } catch { throw EngineError(error) }
}
