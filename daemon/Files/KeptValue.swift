import Foundation
import Synchronization

/// A value in memory and the document that keeps it: a change is kept before it counts.
final class KeptValue<Value: Sendable>: Sendable {
  private let document: any KeptDocument
  private let decode: @Sendable (Data?) throws -> Value
  private let encode: @Sendable (Value) throws -> Data
  private let known: Mutex<Value>
  /// What was read later is taken later. Not the lock of `known`: a document may be slow, and nobody who asks waits for it.
  private let reading = Mutex(())

  init(
    _ document: any KeptDocument, decode: @escaping @Sendable (Data?) throws -> Value,
    encode: @escaping @Sendable (Value) throws -> Data
  ) throws {
    (self.document, self.decode, self.encode) = (document, decode, encode)
    known = Mutex(try decode(try document.read()))
  }

  var value: Value { known.withLock { $0 } }

  /// Takes what is kept as it is now.
  func reload() throws {
    try reading.withLock { _ in
      let read = try decode(try document.read())
      known.withLock { $0 = read }
    }
  }

  /// Tried again where another daemon, or another call, makes a change at the same time.
  func change(_ body: (inout Value) throws -> Void) async throws {
    while true {
      let old = try document.read()
      var changed = try decode(old)
      try body(&changed)
      guard try await document.replace(old, with: try encode(changed)) else { continue }
      // Another change may have followed already: what is kept by now is what counts.
      if (try? reload()) == nil { known.withLock { $0 = changed } }
      return
    }
  }
}
