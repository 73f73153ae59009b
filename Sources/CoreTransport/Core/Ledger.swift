internal import Synchronization

/// Counts what one transport has lent to the C core and not yet had back.
///
/// All figures are zero when a transport has no call under way; tests hold the transports to that.
package final class Ledger: Sendable {
  /// The figures at one moment.
  package struct Snapshot: Sendable, Equatable {
    /// Completion tags whose event has not come back.
    package var tags: Int
    /// Calls whose `grpc_call` has not been released.
    package var calls: Int
    /// Swift's own objects for calls, which must not outlive them.
    package var callObjects: Int
    /// Messages whose bytes the C core still reads.
    package var lentMessages: Int

    /// What a transport without calls has.
    package static let nothing = Snapshot(tags: 0, calls: 0, callObjects: 0, lentMessages: 0)
  }

  private let tags = Atomic<Int>(0)
  private let calls = Atomic<Int>(0)
  private let callObjects = Atomic<Int>(0)
  private let lentMessages = Atomic<Int>(0)

  /// The figures now.
  package var snapshot: Snapshot {
    Snapshot(
      tags: tags.load(ordering: .acquiring),
      calls: calls.load(ordering: .acquiring),
      callObjects: callObjects.load(ordering: .acquiring),
      lentMessages: lentMessages.load(ordering: .acquiring))
  }

  func tagLent() { tags.add(1, ordering: .acquiringAndReleasing) }
  func tagReturned() { tags.subtract(1, ordering: .acquiringAndReleasing) }
  func callOpened() {
    calls.add(1, ordering: .acquiringAndReleasing)
    callObjects.add(1, ordering: .acquiringAndReleasing)
  }
  func callObjectGone() { callObjects.subtract(1, ordering: .acquiringAndReleasing) }
  func callReleased() { calls.subtract(1, ordering: .acquiringAndReleasing) }
  func messageLent() { lentMessages.add(1, ordering: .acquiringAndReleasing) }
  func messageReturned() { lentMessages.subtract(1, ordering: .acquiringAndReleasing) }
}
