internal import Dispatch
internal import Synchronization

/// Tries again and again to write after a write has failed, until that can work again. Reads go on meanwhile.
final class StoreRecovery: Sendable {
  private struct State {
    var afterwards: (@Sendable () -> Void)?
    var isClosed = false
  }

  private let options: StoreOptions
  private let reopen: @Sendable () throws(StoreError) -> Void
  private let state = Mutex(State())
  private let thread = DispatchQueue(label: "faced.store.recovery")
  /// Signalled to end the waiting between two tries.
  private let wake = DispatchSemaphore(value: 0)

  /// - Parameter reopen: makes writing possible again, or throws why it is not yet.
  init(options: StoreOptions, reopen: @escaping @Sendable () throws(StoreError) -> Void) {
    self.options = options
    self.reopen = reopen
  }

  /// What to do whenever writing works again.
  func afterwards(_ action: @escaping @Sendable () -> Void) { state.withLock { $0.afterwards = action } }

  /// Begins to try.
  ///
  /// - Parameter error: why writes are refused.
  func begin(_ error: StoreError) {
    options.onWriteState(error)
    thread.async { [self] in
      while !isClosed {
        _ = wake.wait(timeout: .now() + .milliseconds(options.recoveryMilliseconds))
        if isClosed { return }
        do throws(StoreError) {
          try reopen()
          state.withLock { $0.afterwards }?()
          options.onWriteState(nil)
          return
        } catch {
          if error.code == .closed { return }
          options.onWriteState(error)
        }
      }
    }
  }

  private var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Ends the tries, without waiting for one that runs.
  func stop() {
    state.withLock { $0.isClosed = true }
    wake.signal()
  }

  /// Ends the tries, and waits for one that runs.
  func close() {
    stop()
    thread.sync {}
  }
}
