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
    case .notFound: self.init(.notFound, .notFound, error.message)
    case .alreadyExists: self.init(.alreadyExists, .alreadyExists, error.message)
    case .invalidArgument: self.init(.invalidArgument, .invalidArgument, error.message)
    case .failedPrecondition: self.init(.failedPrecondition, .failedPrecondition, error.message)
    case .modelChanged: self.init(.failedPrecondition, .modelChanged, error.message)
    case .deletedSince: self.init(.failedPrecondition, .faceDeletedSince, error.message)
    case .overloaded: self.init(.resourceExhausted, .busy, error.message)
    case .locked: self.init(.failedPrecondition, .storeInUse, error.message)
    case .corruption: self.init(.dataLoss, .storeDamaged, error.message)
    case .schemaTooNew: self.init(.failedPrecondition, .storeTooNew, error.message)
    case .io: self.init(.internal, .storeFailed, error.message)
    case .unavailable: self.init(.unavailable, .storeUnavailable, error.message)
    case .closed: self.init(.failedPrecondition, .stopping, error.message)
    }
  }

  init(_ error: ImageError) {
    switch error.code {
    case .notAnImage, .unsupportedFormat: self.init(.invalidArgument, .notAnImage, error.message)
    case .tooManyBytes, .tooManyPixels: self.init(.invalidArgument, .imageTooLarge, error.message)
    case .damaged: self.init(.invalidArgument, .imageDamaged, error.message)
    default: self.init(.internal, .imageFailed, error.message)
    }
  }

  init(_ error: DetectionError) {
    self.init(.internal, .detectionFailed, "the face detector failed: \(error)")
  }

  init(_ error: ModelFileError) {
    self.init(.invalidArgument, .modelRefused, error.message)
  }

  init(_ error: IndexError) {
    self.init(.internal, .indexFailed, "the vector index failed: \(error)")
  }

  init(_ error: InvalidName) {
    self.init(.invalidArgument, .invalidName, error.message)
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
