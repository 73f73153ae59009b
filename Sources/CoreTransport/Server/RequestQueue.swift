internal import DequeModule
internal import Synchronization

/// Calls on their way from the polling threads to the tasks that serve them.
///
/// A task that has served a call waits here for the next, which is a step less than a new task; where none waits, another is asked
/// for. Unlike an `AsyncStream` it is not ended by a cancelled reader: every call that came in is taken up and ended.
final class RequestQueue: Sendable {
  private struct State {
    var waiting: Deque<ServerCore.Request> = []
    /// The last to come is the first to go on: its memory is warm.
    var idle: [CheckedContinuation<ServerCore.Request?, Never>] = []
    /// Waits for `needsServer`.
    var maker: CheckedContinuation<Bool, Never>?
    /// Tasks that were asked for and have not come yet.
    var coming = 0
    /// Calls that are still to be put in.
    var announced = 0
    var isFinished = false

    var isOver: Bool { isFinished && announced == 0 && waiting.isEmpty }

    /// Those who wait for nothing any more.
    mutating func dismissed() -> Dismissed {
      guard isOver else { return Dismissed() }
      defer { (idle, maker) = ([], nil) }
      return Dismissed(idle: idle, maker: maker)
    }
  }

  private struct Dismissed {
    var idle: [CheckedContinuation<ServerCore.Request?, Never>] = []
    var maker: CheckedContinuation<Bool, Never>?

    func leave() {
      for task in idle { task.resume(returning: nil) }
      maker?.resume(returning: false)
    }
  }

  /// The most tasks that are kept without a call: as many as often run at a time, at a few hundred bytes each.
  private static let maximumIdle = 128

  private let state = Mutex(State())

  /// A call has come and will be put in when its handler may run.
  func announce() { state.withLock { $0.announced += 1 } }

  func put(_ request: ServerCore.Request) {
    var maker: CheckedContinuation<Bool, Never>?
    var dismissed = Dismissed()
    let server = state.withLock { state in
      state.announced -= 1
      if let server = state.idle.popLast() {
        dismissed = state.dismissed()
        return Optional(server)
      }
      state.waiting.append(request)
      maker = state.maker.take()
      if maker != nil { state.coming += 1 }
      return nil
    }
    server?.resume(returning: request)
    maker?.resume(returning: true)
    dismissed.leave()
  }

  /// Nothing more comes but what was announced.
  func finish() {
    let dismissed = state.withLock { state in
      state.isFinished = true
      return state.dismissed()
    }
    dismissed.leave()
  }

  /// Waits until a call has no task; the one that asks then makes a task that calls `firstCall`. False after the last call.
  func needsServer() async -> Bool {
    await withCheckedContinuation { continuation in
      let answer: Bool? = state.withLock { state in
        if state.waiting.count > state.coming {
          state.coming += 1
          return true
        }
        if state.isOver { return false }
        state.maker = continuation
        return nil
      }
      if let answer { continuation.resume(returning: answer) }
    }
  }

  /// What a new task begins with; `nil` when others were faster.
  func firstCall() -> ServerCore.Request? {
    let (first, dismissed) = state.withLock { state in
      state.coming -= 1
      return (state.waiting.popFirst(), state.dismissed())
    }
    dismissed.leave()
    return first
  }

  /// The next call for a task that has served one; `nil` after the last, and where enough others wait.
  func nextCall() async -> ServerCore.Request? {
    await withCheckedContinuation { continuation in
      var dismissed = Dismissed()
      let answer: ServerCore.Request?? = state.withLock { state in
        if let first = state.waiting.popFirst() {
          dismissed = state.dismissed()
          return .some(first)
        }
        if state.isOver || state.idle.count >= Self.maximumIdle { return .some(nil) }
        state.idle.append(continuation)
        return nil
      }
      if let answer { continuation.resume(returning: answer) }
      dismissed.leave()
    }
  }
}
