internal import Synchronization

/// A place for one value, left by the polling thread and picked up by the task that reads the call.
///
/// At most one task waits at a time: a call's inbound sequence has one reader.
final class Mailbox<Value: Sendable>: Sendable {
  /// `empty` → `waiting` (a reader came first) or `full` (the value came first) → `empty`.
  /// From any of them → `closed`, which answers every later reader with its value.
  private enum State {
    case empty
    case waiting(CheckedContinuation<Value?, Never>)
    case full(Value)
    case closed(Value)
  }

  private let state = Mutex(State.empty)

  /// Leaves a value. Ignored once the mailbox is closed.
  func put(_ value: Value) {
    deliver(value, then: .empty, otherwise: .full(value))
  }

  /// Leaves the last value: every reader from now on gets this one.
  func close(with value: Value) {
    deliver(value, then: .closed(value), otherwise: .closed(value))
  }

  /// Like `close`, but also when the mailbox is closed already.
  func replace(with value: Value) {
    close(with: value)
    state.withLock { $0 = .closed(value) }
  }

  private func deliver(_ value: Value, then delivered: State, otherwise stored: State) {
    let waiter: CheckedContinuation<Value?, Never>? = state.withLock { state in
      switch state {
      case .closed: return nil
      case .waiting(let continuation):
        state = delivered
        return continuation
      case .empty, .full:
        state = stored
        return nil
      }
    }
    waiter?.resume(returning: value)
  }

  /// The value if it is there already; it stays there.
  var peek: Value? {
    state.withLock { state in
      switch state {
      case .full(let value), .closed(let value): value
      case .empty, .waiting: nil
      }
    }
  }

  /// The value, waiting for it; `nil` when the waiting task was cancelled first. The value may still come
  /// and will be kept for the next reader.
  func take() async -> Value? {
    if let value = takeNow() { return value }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { park($0, unless: Task.isCancelled) }
    } onCancel: {
      abandon()
    }
  }

  /// The value, waiting for it whatever happens to the waiting task. `nil` only when a second reader came.
  func wait() async -> Value? {
    if let value = takeNow() { return value }
    return await withCheckedContinuation { park($0, unless: false) }
  }

  /// The value if it is there already, taken out.
  func takeNow() -> Value? {
    state.withLock { state in
      switch state {
      case .full(let value):
        state = .empty
        return value
      case .closed(let value): return value
      case .empty, .waiting: return nil
      }
    }
  }

  private func park(_ continuation: CheckedContinuation<Value?, Never>, unless cancelled: Bool) {
    let answer: Value?? = state.withLock { state in
      switch state {
      case .full(let value):
        state = .empty
        return .some(value)
      case .closed(let value): return .some(value)
      case .waiting: return .some(nil)
      case .empty:
        if cancelled { return .some(nil) }
        state = .waiting(continuation)
        return nil
      }
    }
    if let answer { continuation.resume(returning: answer) }
  }

  private func abandon() {
    let waiter: CheckedContinuation<Value?, Never>? = state.withLock { state in
      guard case .waiting(let continuation) = state else { return nil }
      state = .empty
      return continuation
    }
    waiter?.resume(returning: nil)
  }
}
