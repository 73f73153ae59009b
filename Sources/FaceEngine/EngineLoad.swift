/// How busy the engine is now.
public struct EngineLoad: Sendable {
  public let workers: Int
  /// Photographs that wait for a worker.
  public let waiting: Int
  public let maximumWaiting: Int
  public let waitingBytes: Int
}

extension FaceEngine {
  public var load: EngineLoad { pool.load }
}

/// When the caller of the running request stops waiting. Whoever serves the request sets it; the engine does not begin what
/// cannot end in time.
public enum RequestDeadline {
  @TaskLocal public static var current: ContinuousClock.Instant?
}
