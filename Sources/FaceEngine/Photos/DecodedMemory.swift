internal import Foundation

/// Bounds the memory of decoded photographs, in bytes, over all workers: a photograph whose pixels do not fit waits until
/// others are done with theirs.
///
/// One photograph at a time is let in whatever its size; `ImageLimits` bound that. A worker holds one photograph at a time, so
/// that nobody waits for memory while holding some.
///
/// `@unchecked Sendable`: `used` is guarded by `condition`.
package final class DecodedMemory: @unchecked Sendable {
  private let condition = NSCondition()
  private let limit: Int
  private var used = 0

  package init(limit: Int) { self.limit = limit }

  /// Bytes that photographs take now.
  package var usedBytes: Int { condition.withLock { used } }

  /// Calls `body` once there is room for so many bytes.
  /// - Throws: `CANCELLED` where the call's task ends first, or what `body` throws.
  package func holding<Value>(
    _ bytes: Int, _ body: () throws(EngineError) -> Value
  ) throws(EngineError) -> Value {
    try take(bytes)
    defer {
      condition.withLock {
        used -= bytes
        condition.broadcast()
      }
    }
    return try body()
  }

  private func take(_ bytes: Int) throws(EngineError) {
    condition.lock()
    defer { condition.unlock() }
    while used > 0, used + bytes > limit {
      // Nobody signals that a call was cancelled.
      _ = condition.wait(until: Date(timeIntervalSinceNow: 0.05))
      try CancellationFlag.check()
    }
    used += bytes
  }
}
