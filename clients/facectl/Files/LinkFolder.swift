import FaceTypes
import Foundation
import Synchronization

/// A new folder of links to photographs, in sub-folders where there are groups.
final class LinkFolder: Sendable {
  private struct State {
    /// Names that were given, by sub-folder, and what they lead to.
    var names: [String: [String: String]] = [:]
    var failure: CommandFailure?
  }

  private let path: String
  private let state = Mutex(State())

  /// - Throws: where something is there already, or the folder cannot be made.
  init(_ path: String) throws(CommandFailure) {
    self.path = path
    guard unsafe mkdir(RawPath(path).bytes, 0o700) == 0 else {
      throw CommandFailure.usage(
        "the folder '\(path)' of --links cannot be made: \(systemMessage(errno)); give a new one")
    }
  }

  /// Links to a photograph; to the same one once in a sub-folder.
  func add(_ photograph: RawPath, group: String = "") {
    state.withLock { state in
      guard state.failure == nil else { return }
      if !group.isEmpty, state.names[group] == nil, unsafe mkdir(RawPath(path + "/" + group).bytes, 0o700) != 0 {
        state.failure = Self.failure(path)
        return
      }
      var given = state.names[group] ?? [:]
      defer { state.names[group] = given }
      guard let target = unsafe realpath(photograph.bytes, nil) else { return }
      defer { unsafe free(target) }
      let whole = unsafe RawPath(
        bytes: UnsafeBufferPointer(start: target, count: strlen(target)).map { UInt8(bitPattern: $0) })
      let name = Self.name(photograph.lastComponent, for: whole.text, given)
      guard given[name] == nil else { return }
      given[name] = whole.text
      let link = path + (group.isEmpty ? "" : "/" + group) + "/" + name
      if unsafe symlink(target, RawPath(link).bytes) != 0 { state.failure = Self.failure(path) }
    }
  }

  /// - Throws: where a link could not be made.
  func finish() throws(CommandFailure) {
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// The photograph's own name, with a number before its suffix where another photograph has it.
  private static func name(_ wanted: String, for target: String, _ given: [String: String]) -> String {
    let dot = wanted.lastIndex(of: ".") ?? wanted.endIndex
    for number in 1... {
      let name = number == 1 ? wanted : "\(wanted[..<dot])-\(number)\(wanted[dot...])"
      if given[name] == nil || given[name] == target { return name }
    }
    return wanted
  }

  private static func failure(_ path: String) -> CommandFailure {
    CommandFailure(
      code: "failedPrecondition", reason: "NOT_LINKED",
      message: "a link in '\(path)' cannot be made: \(systemMessage(errno))")
  }
}
