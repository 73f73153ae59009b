internal import Synchronization

/// Lets many enrolments in at once, or one change that needs to be alone: a deletion, a reindex step, the switch to
/// another model. Searches do not pass it.
///
/// Whoever waits to be alone goes before later enrolments, so that a stream of enrolments cannot hold a switch off.
package final class ChangeGate: Sendable {
  private struct State {
    var inside = 0
    var isAlone = false
    var waitingShared: [CheckedContinuation<Void, Never>] = []
    var waitingAlone: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  package init() {}

  package func shared<Value: Sendable>(
    _ body: () async throws(EngineError) -> Value
  ) async throws(EngineError) -> Value {
    await withCheckedContinuation { continuation in
      let enters = state.withLock { state in
        if state.isAlone || !state.waitingAlone.isEmpty {
          state.waitingShared.append(continuation)
          return false
        }
        state.inside += 1
        return true
      }
      if enters { continuation.resume() }
    }
    defer { leave { $0.inside -= 1 } }
    return try await body()
  }

  package func alone<Value: Sendable>(
    _ body: () async throws(EngineError) -> Value
  ) async throws(EngineError) -> Value {
    await withCheckedContinuation { continuation in
      let enters = state.withLock { state in
        if state.isAlone || state.inside > 0 {
          state.waitingAlone.append(continuation)
          return false
        }
        state.isAlone = true
        return true
      }
      if enters { continuation.resume() }
    }
    defer { leave { $0.isAlone = false } }
    return try await body()
  }

  /// Takes the leaver out and lets in whoever may come next: one that needs to be alone, or else all the others.
  private func leave(_ update: (inout State) -> Void) {
    let admitted = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      update(&state)
      guard !state.isAlone, state.inside == 0 || state.waitingAlone.isEmpty else { return [] }
      if !state.waitingAlone.isEmpty {
        state.isAlone = true
        return [state.waitingAlone.removeFirst()]
      }
      let all = state.waitingShared
      state.waitingShared = []
      state.inside += all.count
      return all
    }
    for continuation in admitted { continuation.resume() }
  }
}
