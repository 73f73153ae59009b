/// How busy the engine is now.
public struct EngineLoad: Sendable {
  /// Threads that decode, detect and embed.
  public let workers: Int
  /// Photographs that wait for a worker.
  public let waiting: Int
  /// Photographs that may wait; one more is refused with `BUSY`.
  public let maximumWaiting: Int
  /// Encoded bytes of the photographs that wait.
  public let waitingBytes: Int
  /// Faces that wait to be embedded with others.
  public var waitingFaces = 0
  /// What decoded photographs take.
  public var decodedBytes = 0
}

extension FaceEngine {
  /// How busy the engine is at this moment.
  public var load: EngineLoad {
    var load = pool.load
    load.waitingFaces = batches.waitingCount
    load.decodedBytes = photos.memory.usedBytes
    return load
  }
}

/// When the caller of the running request stops waiting. Whoever serves the request sets it; the engine does not begin what
/// cannot end in time.
public enum RequestDeadline {
  /// Nil where the caller waits as long as it takes.
  @TaskLocal public static var current: ContinuousClock.Instant?
}
