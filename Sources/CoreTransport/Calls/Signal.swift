internal import Synchronization

/// Something that happens once, and that any number of tasks may wait for.
final class Signal: Sendable {
  private typealias Waiters = [Int: CheckedContinuation<Void, Never>]

  private enum State {
    case pending(Waiters)
    case fired
  }

  private let state = Mutex(State.pending([:]))
  private let tickets = Atomic(0)

  /// Lets every present and future waiter go on. Further calls do nothing.
  func fire() {
    let waiters: Waiters = state.withLock { state in
      guard case .pending(let waiters) = state else { return [:] }
      state = .fired
      return waiters
    }
    for waiter in waiters.values { waiter.resume() }
  }

  /// Returns once the signal has fired. Cancelling the waiting task does not cut the wait short.
  func wait() async {
    await wait(with: nextTicket()) {}
  }

  /// Returns once the signal has fired or the waiting task is cancelled.
  func waitUnlessCancelled() async {
    let ticket = nextTicket()
    await withTaskCancellationHandler {
      // A task that was cancelled before it waited is not told again.
      await wait(with: ticket) { if Task.isCancelled { self.leave(ticket) } }
    } onCancel: {
      leave(ticket)
    }
  }

  private func nextTicket() -> Int { tickets.add(1, ordering: .relaxed).newValue }

  private func wait(with ticket: Int, _ isWaiting: () -> Void) async {
    await withCheckedContinuation { continuation in
      let fired = state.withLock { state in
        guard case .pending(var waiters) = state else { return true }
        waiters[ticket] = continuation
        state = .pending(waiters)
        return false
      }
      if fired { continuation.resume() } else { isWaiting() }
    }
  }

  private func leave(_ ticket: Int) {
    let waiter = state.withLock { state in
      guard case .pending(var waiters) = state, let waiter = waiters.removeValue(forKey: ticket) else {
        return nil as Waiters.Value?
      }
      state = .pending(waiters)
      return waiter
    }
    waiter?.resume()
  }
}
