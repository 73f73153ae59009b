internal import Synchronization

/// Calls on their way from the polling threads to the task that serves them.
///
/// Unlike an `AsyncStream` it is not ended by a cancelled reader: every call that came in is taken up and ended.
final class RequestQueue: Sendable {
  private struct State {
    var waiting: [ServerCore.Request] = []
    var reader: CheckedContinuation<ServerCore.Request?, Never>?
    var isFinished = false
  }

  private let state = Mutex(State())

  func put(_ request: ServerCore.Request) {
    let reader = state.withLock { state in
      if state.reader == nil { state.waiting.append(request) }
      return state.reader.take()
    }
    reader?.resume(returning: request)
  }

  /// Nothing more comes.
  func finish() {
    let reader = state.withLock { state in
      state.isFinished = true
      return state.reader.take()
    }
    reader?.resume(returning: nil)
  }

  /// The next call, for one reader; `nil` after the last.
  func next() async -> ServerCore.Request? {
    await withCheckedContinuation { continuation in
      let answer: ServerCore.Request?? = state.withLock { state in
        // Few wait at a time, so the first is cheap to take out.
        if !state.waiting.isEmpty { return .some(state.waiting.removeFirst()) }
        if state.isFinished { return .some(nil) }
        state.reader = continuation
        return nil
      }
      if let answer { continuation.resume(returning: answer) }
    }
  }
}
