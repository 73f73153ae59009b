#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// How a store is opened.
public struct StoreOptions: Sendable {
  /// Bytes of blocks kept in memory for reads. Default 32 MiB.
  public var blockCacheBytes = 32 << 20

  /// Bytes of changes gathered in memory and in the log before they become a table. Default 8 MiB.
  public var writeBufferBytes = 8 << 20

  /// Bytes of changes that may wait for the writer; beyond it they are refused as `overloaded`. Default 256 MiB.
  public var maximumPendingBytes = 256 << 20

  /// For how long a request id answers with its first result, in milliseconds. Default 7 days.
  public var requestRetention: Int64 = 7 * 24 * 3600 * 1000

  /// Begin to purge as soon as something was deleted. When off, only `purge()` and opening the store do. Default true.
  public var purgesAutomatically = true

  /// Make the store where the directory is absent or empty. When off, that is refused: the caller knows that there was a
  /// store. Default true.
  public var createsIfMissing = true

  /// After a failed write: how long to wait between two tries to write again, in milliseconds. Default 1 second.
  public var recoveryMilliseconds = 1000

  /// Called with the reason when writes begin to be refused and at every try that fails, and with nil when writes work
  /// again. Changes that were answered with an error around then may be in the store all the same.
  public var onWriteState: @Sendable (StoreError?) -> Void = { _ in }

  /// The key of an encrypted store; a new store is encrypted where there is one. Default none.
  public var masterKey: MasterKey?

  /// Open an encrypted store without its key, to delete in it and nothing else. Default false.
  package var leavesSealed = false

  /// The clock, in milliseconds since 1970 UTC.
  public var now: @Sendable () -> Int64 = StoreOptions.wallClock

  public init() {}

  /// The system's clock.
  @Sendable public static func wallClock() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}

/// Limits on what one record may hold.
public enum StoreLimits {
  /// Bytes of UTF-8 of a gallery's description.
  public static let descriptionBytes = 1000
  /// Bytes of UTF-8 of a face's source.
  public static let sourceBytes = 300
  /// Bytes of a canonical crop.
  public static let cropBytes = 1 << 20
  /// Bytes of UTF-8 of a request id.
  public static let requestIDBytes = 64
  /// Bytes of UTF-8 of a model's label.
  public static let labelBytes = 300
  /// How far an embedding's squared length may be from 1.
  public static let normTolerance: Float = 1e-3
  /// Components of an embedding.
  public static let embeddingSize = 4096
  /// Bytes of UTF-8 of a job's message.
  public static let messageBytes = 1000
  /// Jobs that are kept; finished ones beyond it are forgotten, oldest first.
  public static let jobs = 100
  /// Faces that one change moves.
  public static let facesPerChange = 100_000
  /// The same in an encrypted store, where they are sealed anew.
  public static let sealedFacesPerChange = 2_000
  /// Changes of a gallery that are remembered; older ones can no longer be undone.
  public static let changes = 1000
  /// Others that an identity is kept apart from.
  public static let apartPerIdentity = 1000
  /// Bytes of what a gallery's calibration says.
  public static let calibrationBytes = 1 << 16
  /// Records that one listing returns.
  public static let pageSize = 100_000
}
