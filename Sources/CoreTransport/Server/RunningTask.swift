internal import Synchronization

/// The task that runs a call, for whoever has to cancel it and nothing else.
///
/// A child task has no handle. This has the task itself, for exactly as long as it runs `body`, which is guarded by the
/// mutex.
final class RunningTask: Sendable {
  private struct State {
    var isCancelled = false
    var task: Unowned?
  }

  /// Sendable because only `cancel()` is called from other tasks, which `UnsafeCurrentTask` allows.
  private struct Unowned: @unchecked Sendable {
    let task: UnsafeCurrentTask
  }

  private let state = Mutex(State())

  func run(_ body: () async -> Void) async {
    await withUnsafeCurrentTask { task in
      if let task {
        let own = Unowned(task: task)
        state.withLock { state in
          state.task = own
          if state.isCancelled { own.task.cancel() }
        }
      }
      await body()
      state.withLock { $0.task = nil }
    }
  }

  /// Cancels the task now, or when it comes to run.
  func cancel() {
    state.withLock { state in
      state.isCancelled = true
      state.task?.task.cancel()
    }
  }
}
