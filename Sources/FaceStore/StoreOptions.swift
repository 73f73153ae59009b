internal import FaceTypes

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// How a store is opened.
package struct StoreOptions: Sendable {
  /// Bytes of blocks kept in memory for reads. Default 32 MiB.
  package var blockCacheBytes = 32 << 20

  /// Bytes of changes gathered in memory and in the log before they become a table. Default 8 MiB.
  package var writeBufferBytes = 8 << 20

  /// Bytes of changes that may wait for the writer; beyond it they are refused as `overloaded`. Default 256 MiB.
  package var maximumPendingBytes = 256 << 20

  /// For how long a request id answers with its first result, in milliseconds. Default 7 days.
  package var requestRetention: Int64 = 7 * 24 * 3600 * 1000

  /// Begin to purge as soon as something was deleted. When off, only `purge()` and opening the store do. Default true.
  package var purgesAutomatically = true

  /// Make the store where the directory is absent or empty. When off, that is refused: the caller knows that there was a
  /// store. Default true.
  package var createsIfMissing = true

  /// After a failed write: how long to wait between two tries to write again, in milliseconds. Default 1 second.
  package var recoveryMilliseconds = 1000

  /// Called with the reason when writes begin to be refused and at every try that fails, and with nil when writes work
  /// again. Changes that were answered with an error around then may be in the store all the same.
  package var onWriteState: @Sendable (StoreError?) -> Void = { _ in }

  /// The key of an encrypted store; a new store is encrypted where there is one. Default none.
  package var masterKey: MasterKey?

  /// Open an encrypted store without its key, to delete in it and nothing else. Default false.
  package var leavesSealed = false

  /// The clock, in milliseconds since 1970 UTC.
  package var now: @Sendable () -> Int64 = StoreOptions.wallClock

  package init() {}

  /// The system's clock.
  @Sendable package static func wallClock() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}

/// Limits on what one record may hold.
///
/// Request ids and labels may be longer here than in a request (`RequestLimits`): the limits of requests can then rise without another
/// schema.
package enum StoreLimits {
  /// Bytes of UTF-8 of a gallery's description.
  package static let descriptionBytes = 1000
  /// Bytes of UTF-8 of a face's source.
  package static let sourceBytes = RequestLimits.sourceBytes
  /// Bytes of a canonical crop.
  package static let cropBytes = 1 << 20
  /// Bytes of UTF-8 of a request id.
  package static let requestIDBytes = 64
  /// Bytes of UTF-8 of a model's label.
  package static let labelBytes = 300
  /// How far an embedding's squared length may be from 1.
  package static let normTolerance: Float = 1e-3
  /// Components of an embedding.
  package static let embeddingSize = 4096
  /// Bytes of UTF-8 of a job's message.
  package static let messageBytes = 1000
  /// Jobs that are kept; finished ones beyond it are forgotten, oldest first.
  package static let jobs = 100
  /// Faces that one change moves.
  package static let facesPerChange = 100_000
  /// The same in an encrypted store, where they are sealed anew.
  package static let sealedFacesPerChange = 2_000
  /// Changes of a gallery that are remembered; older ones can no longer be undone.
  package static let changes = 1000
  /// Others that an identity is kept apart from.
  package static let apartPerIdentity = 1000
  /// Bytes of what a gallery's calibration says.
  package static let calibrationBytes = 1 << 16
  /// Records that one listing returns.
  package static let pageSize = 100_000
}
