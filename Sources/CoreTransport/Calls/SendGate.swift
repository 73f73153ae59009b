internal import Synchronization

/// Lets one sender at a time through, in order of arrival: a call may have one send of a kind under way.
final class SendGate: Sendable {
  private struct State {
    var isTaken = false
    var waiting: [CheckedContinuation<Void, Never>] = []

    mutating func takeIfFree() -> Bool {
      if isTaken { return false }
      isTaken = true
      return true
    }
  }

  private let state = Mutex(State())

  func enter() async {
    let entered = state.withLock { $0.takeIfFree() }
    if entered { return }
    await withCheckedContinuation { continuation in
      let entered = state.withLock { state in
        if state.takeIfFree() { return true }
        state.waiting.append(continuation)
        return false
      }
      if entered { continuation.resume() }
    }
  }

  func leave() {
    let next: CheckedContinuation<Void, Never>? = state.withLock { state in
      if state.waiting.isEmpty {
        state.isTaken = false
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}
