internal import Synchronization

/// Who is reading, so that writers know when what they have taken out of sight may be used again.
///
/// A search enters before it looks at anything and leaves when it is done. A writer takes something out of sight, then
/// asks for a ticket; once `passed` has reached the ticket, every search that might have seen it has left.
///
/// The searches' scratch memory comes from here too: one set for each search that runs at the same time.
final class Readers: Sendable {
  private struct State {
    var idle: [SearchScratch] = []
    /// When each reader entered, by place; `UInt64.max` where there is none.
    var entered: [UInt64] = []
    var now: UInt64 = 0
  }

  private let state = Mutex(State())

  /// A reader's right to what it sees.
  struct Pass: Sendable {
    fileprivate let place: Int
  }

  func enter() -> Pass {
    state.withLock { state in
      if let place = state.entered.firstIndex(of: .max) {
        state.entered[place] = state.now
        return Pass(place: place)
      }
      state.entered.append(state.now)
      return Pass(place: state.entered.count - 1)
    }
  }

  func leave(_ pass: Pass) { state.withLock { $0.entered[pass.place] = .max } }

  /// Enters, hands out scratch memory, and leaves.
  @inline(__always)
  func read<Result>(_ body: (SearchScratch) throws -> Result) rethrows -> Result {
    let (pass, scratch) = begin()
    defer { end(pass, scratch) }
    return try body(scratch)
  }

  private func begin() -> (Pass, SearchScratch) {
    state.withLock { state in
      // Few readers run at once: the first free place is found in a step or two.
      var place = state.entered.count
      for i in state.entered.indices where state.entered[i] == .max {
        place = i
        break
      }
      if place == state.entered.count {
        state.entered.append(state.now)
      } else {
        state.entered[place] = state.now
      }
      return (Pass(place: place), state.idle.popLast() ?? SearchScratch())
    }
  }

  private func end(_ pass: Pass, _ scratch: SearchScratch) {
    state.withLock { state in
      state.entered[pass.place] = .max
      state.idle.append(scratch)
    }
  }

  /// For something that has just been taken out of sight.
  func ticket() -> UInt64 {
    state.withLock { state in
      state.now += 1
      return state.now
    }
  }

  /// Tickets up to this one have been passed by every reader.
  var passed: UInt64 { state.withLock { state in state.entered.min().map { min($0, state.now) } ?? state.now } }
}
