import Dispatch
import Synchronization

/// Values from a thread that blocks to a task that does not, a few at a time.
final class BoundedChannel<Value: Sendable>: Sendable {
  let values: AsyncStream<Value>
  private let feeding: AsyncStream<Value>.Continuation
  private let free: DispatchSemaphore
  private let patience: DispatchTimeInterval
  private let isAbandoned = Atomic<Bool>(false)

  /// - Parameters:
  ///   - places: values that may be on their way.
  ///   - patience: how long the thread waits for a place.
  init(places: Int, patience: DispatchTimeInterval) {
    (values, feeding) = AsyncStream.makeStream(of: Value.self)
    free = DispatchSemaphore(value: 0)
    for _ in 0..<places { free.signal() }
    self.patience = patience
  }

  /// Blocks until there is a place.
  /// - Returns: false when nobody takes values any more.
  func put(_ value: Value) -> Bool {
    guard free.wait(timeout: .now() + patience) == .success, !isAbandoned.load(ordering: .acquiring) else {
      return false
    }
    feeding.yield(value)
    return true
  }

  /// The last value was put.
  func finish() { feeding.finish() }

  /// A value was used; its place is free.
  func took() { free.signal() }

  /// No value will be taken any more.
  func abandon() {
    isAbandoned.store(true, ordering: .releasing)
    free.signal()
  }
}
