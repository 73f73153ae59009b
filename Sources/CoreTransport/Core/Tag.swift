internal import CGRPC

/// An operation under way in the C core.
///
/// The core knows it as an opaque pointer that holds one reference (`lend`), taken back exactly once when
/// the operation's event arrives (`takeBack`). Whatever the core writes into lives in the object, so the
/// out-parameters stay put until the event.
class Tag {
  let ledger: Ledger

  init(ledger: Ledger) {
    self.ledger = ledger
  }

  /// Called once, on the polling thread, when the event has arrived.
  func complete(success: Bool) {}

  /// Hands a reference to the core.
  final func lend() -> UnsafeMutableRawPointer {
    ledger.tagLent()
    Passage.enter()
    return Unmanaged.passRetained(self).toOpaque()
  }

  /// Takes the reference back from the core.
  static func takeBack(_ pointer: UnsafeMutableRawPointer) -> Tag {
    Passage.leave()
    let tag = Unmanaged<Tag>.fromOpaque(pointer).takeRetainedValue()
    tag.ledger.tagReturned()
    return tag
  }
}

/// A tag that runs a closure.
final class ClosureTag: Tag {
  private let body: @Sendable (_ success: Bool) -> Void

  init(ledger: Ledger, _ body: @escaping @Sendable (_ success: Bool) -> Void) {
    self.body = body
    super.init(ledger: ledger)
  }

  override func complete(success: Bool) { body(success) }
}
