/// When the files of the indexes are written while the daemon runs.
public struct CheckpointOptions: Sendable {
  /// After this many changes of a gallery; or a twentieth of its faces, where that is more.
  public var changes = 20_000
  /// This long after the last time, where anything has changed since.
  public var interval = Duration.seconds(300)
  /// Where a deletion has taken the file away: once there was none for this long.
  public var quiet = Duration.seconds(10)
  /// Galleries with fewer faces have no file: building their index takes no longer than reading it.
  public var minimumFaces = 1_000
  /// After a file was written, none is for so many times the time that it took.
  public var restFactor = 20

  /// All options at their defaults.
  public init() {}
}
