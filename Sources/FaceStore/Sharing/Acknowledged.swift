internal import Synchronization

/// Numbers of the changes that this store object knows to be committed: whoever asked for them has shown them already. One whose
/// commit got no answer is not among them.
final class Acknowledged: Sendable {
  private let numbers = Mutex<Set<UInt64>>([])

  func add(_ number: UInt64) { numbers.withLock { _ = $0.insert(number) } }
  func contains(_ number: UInt64) -> Bool { numbers.withLock { $0.contains(number) } }

  /// What was told of is not asked about again.
  func forget(upTo number: UInt64) { numbers.withLock { $0 = $0.filter { $0 > number } } }
}
