import FaceEngine
import FaceTypes
import Synchronization
import Testing

/// Who is inside the gate at one moment.
private final class Inside: Sendable {
  private let state = Mutex((shared: 0, alone: 0, seen: 0))

  func enterShared() {
    state.withLock { state in
      state.shared += 1
      #expect(state.alone == 0)
    }
  }

  func enterAlone() {
    state.withLock { state in
      state.alone += 1
      #expect(state.alone == 1 && state.shared == 0)
    }
  }

  func leaveShared() { state.withLock { $0 = ($0.shared - 1, $0.alone, $0.seen + 1) } }
  func leaveAlone() { state.withLock { $0 = ($0.shared, $0.alone - 1, $0.seen + 1) } }
  var seen: Int { state.withLock { $0.seen } }
}

@Suite struct ChangeGateTests {
  /// Counts who is inside; a change that is alone must see nobody else.
  @Test(.timeLimit(.minutes(5))) func aChangeIsAlone() async throws {
    let gate = ChangeGate()
    let inside = Inside()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<400 {
        group.addTask {
          if number % 7 == 0 {
            try await gate.alone { () async throws(EngineError) in
              inside.enterAlone()
              await Task.yield()
              inside.leaveAlone()
            }
          } else {
            try await gate.shared { () async throws(EngineError) in
              inside.enterShared()
              await Task.yield()
              inside.leaveShared()
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(inside.seen == 400)
  }

  @Test func anErrorOpensTheGateAgain() async throws {
    let gate = ChangeGate()
    await #expect(throws: EngineError.self) {
      try await gate.alone { () async throws(EngineError) in throw EngineError(.internal, .internal, "x") }
    }
    let answer = try await gate.shared { () async throws(EngineError) in 1 }
    #expect(answer == 1)
  }
}
