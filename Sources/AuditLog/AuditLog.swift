internal import Dispatch
package import Foundation
internal import Synchronization

/// A log of events that shows when it was tampered with.
///
/// Events are written in the order in which they are given, by one queue, and synced to the disk in groups. The
/// process may die at any moment: lines that were written stay, and a line that was cut off is removed at the next
/// start, which a line of its own says.
package final class AuditLog: Sendable {
  package struct Options: Sendable {
    /// A file that has reached this size is put aside. Default 64 MiB.
    package var maximumFileBytes = 64 << 20
    /// A file whose first line is older, in seconds, is put aside. Default 30 days.
    package var maximumFileAge: TimeInterval = 30 * 24 * 3600
    /// Files that are kept, the current one included; older ones are removed. Default 100.
    package var maximumFiles = 100
    /// Events that may wait for the disk; beyond it they are counted as lost. Default 100,000.
    package var maximumWaiting = 100_000

    package init() {}
  }

  private struct State {
    var waiting: [(AuditEvent, Date)] = []
    var lost = 0
    var isDraining = false
    var failure: String?
  }

  package let directory: String
  private let options: Options
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "audit-log")
  /// Used on `queue` alone.
  private let file: Mutex<AuditFile>

  /// Opens the log in a folder, which is made for its owner alone where it is missing.
  /// - Throws: `AuditError`.
  package init(directory: String, options: Options = Options()) throws {
    self.directory = directory
    self.options = options
    file = Mutex(try AuditFile.open(directory: directory, options: options))
  }

  /// Why the last attempt to write failed; nil where it did not.
  package var failure: String? { state.withLock { $0.failure } }

  /// Takes an event; it reaches the file soon.
  package func append(_ event: AuditEvent, at time: Date = Date()) {
    let starts = state.withLock { state in
      guard state.waiting.count < options.maximumWaiting else {
        state.lost += 1
        return false
      }
      state.waiting.append((event, time))
      defer { state.isDraining = true }
      return !state.isDraining
    }
    if starts { queue.async { self.drain() } }
  }

  /// Returns when everything that was taken before is in the file, or could not be written.
  package func flush() { queue.sync { drain() } }

  private func drain() {
    while true {
      let (events, lost) = state.withLock { state -> ([(AuditEvent, Date)], Int) in
        defer { state.waiting = [] }
        if state.waiting.isEmpty { state.isDraining = false }
        return (state.waiting, state.lost)
      }
      guard !events.isEmpty else { return }
      do {
        try file.withLock { try $0.write(events, lost: lost) }
        state.withLock { state in
          state.lost -= lost
          state.failure = nil
        }
      } catch {
        let said = (error as? AuditError)?.message ?? "\(error)"
        state.withLock { state in
          // Kept for the next attempt, as far as there is room.
          let room = max(0, options.maximumWaiting - state.waiting.count)
          state.lost += max(0, events.count - room)
          state.waiting = events.suffix(room) + state.waiting
          state.failure = said
          state.isDraining = false
        }
        return
      }
    }
  }

  /// The last lines, oldest first, at most `count`.
  package func tail(_ count: Int) throws -> [String] {
    flush()
    var lines: [String] = []
    for path in try AuditFiles.all(in: directory).reversed() {
      var here: [String] = []
      try AuditFiles.forEachLine(path) { line, isWhole in
        if isWhole { here.append(line) }
        if here.count > 2 * count { here.removeFirst(here.count - count) }
        return true
      }
      lines = here.suffix(count - lines.count) + lines
      if lines.count >= count { break }
    }
    return lines
  }

  /// Checks the chain of all files.
  package func verify(containing hash: String? = nil) throws -> AuditVerification {
    flush()
    return try AuditVerification.check(path: directory, containing: hash)
  }
}
