internal import Synchronization

/// The order between what goes into the C core and what comes out of it, for ThreadSanitizer.
enum Passage {
  private static let order = Atomic<Int>(0)

  static func enter() { order.add(1, ordering: .releasing) }
  static func leave() { _ = order.load(ordering: .acquiring) }
}
