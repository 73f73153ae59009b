/// What LevelDB refused, and why. A key that is not there is `nil`, not an error.
public struct LevelDBError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is, for programs.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// A file of the database is missing where one must be (a missing key is no error).
    case notFound
    /// Bytes on disk are not what was written.
    case corruption
    /// The operating system failed a read or write.
    case io
    /// Another process, or another `Database` of this one, has the database open.
    case locked
    /// The call or the options make no sense for this database.
    case invalidArgument
  }

  /// What kind of failure it is.
  public let code: Code
  /// LevelDB's own words, and what to do where that is known.
  public let message: String

  /// An error of a kind, with a message for people.
  public init(code: Code, message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }

  /// Reads a status as the C API hands it out: `"<kind>: <message>"` (LevelDB's `Status::ToString`).
  ///
  /// This is the only place that knows those words. A lock that is taken arrives as an I/O error about a `LOCK`
  /// file: "lock PATH: already held by process" or "lock PATH: Resource temporarily unavailable".
  public init(status: String) {
    let kinds: [(prefix: String, code: Code)] = [
      ("NotFound: ", .notFound),
      ("Corruption: ", .corruption),
      ("IO error: ", .io),
      ("Invalid argument: ", .invalidArgument),
      ("Not implemented: ", .invalidArgument),
    ]
    guard let kind = kinds.first(where: { status.hasPrefix($0.prefix) }) else {
      // An unknown kind is treated as the worst harmless one: nothing was promised, so nothing is lost.
      self.init(code: .io, message: status)
      return
    }
    let text = String(status.dropFirst(kind.prefix.count))
    if kind.code == .io, text.hasPrefix("lock ") {
      self.init(code: .locked, message: "\(text); the database is in use: stop the process that has it open")
    } else {
      self.init(code: kind.code, message: text)
    }
  }
}
