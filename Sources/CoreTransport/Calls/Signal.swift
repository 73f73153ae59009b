internal import Synchronization

/// Something that happens once, and that any number of tasks may wait for.
final class Signal: Sendable {
  private enum State {
    case pending([CheckedContinuation<Void, Never>])
    case fired
  }

  private let state = Mutex(State.pending([]))

  /// Lets every present and future waiter go on. Further calls do nothing.
  func fire() {
    let waiters: [CheckedContinuation<Void, Never>] = state.withLock { state in
      guard case .pending(let waiters) = state else { return [] }
      state = .fired
      return waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Returns once the signal has fired. Cancelling the waiting task does not cut the wait short.
  func wait() async {
    await withCheckedContinuation { continuation in
      let fired = state.withLock { state in
        guard case .pending(var waiters) = state else { return true }
        waiters.append(continuation)
        state = .pending(waiters)
        return false
      }
      if fired { continuation.resume() }
    }
  }
}
