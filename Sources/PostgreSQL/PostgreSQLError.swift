/// What PostgreSQL refused, or why it could not be asked.
public struct PostgreSQLError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is, for programs: what a retry may help, and what only a person can.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The server cannot be reached, went away, is starting or stopping, or has no connection to spare.
    case unavailable
    /// It did not answer in time, or waited too long for a lock. What was asked may have happened all the same.
    case timeout
    /// Two transactions were in each other's way, and this one was taken back: try it again.
    case conflict
    /// A row of that key is there.
    case duplicate
    /// The table, schema or function is not there.
    case undefined
    /// The user may not, or the password is wrong.
    case denied
    /// The server's disk or memory is full.
    case full
    /// The server speaks the protocol and does not know this.
    case unsupported
    /// Rows or pages of the server are damaged.
    case corruption
    /// Anything else that the server says.
    case other
  }

  /// What kind of failure it is.
  public let code: Code
  /// The server's own words.
  public let message: String
  /// The five characters of SQL's own code; empty where the server was not asked.
  public let state: String

  /// An error that the server did not send, unless `state` is given.
  public init(_ code: Code, _ message: String, state: String = "") {
    self.code = code
    self.message = message
    self.state = state
  }

  /// The server's own words.
  public var description: String { message }

  /// From an answer of the server.
  init(state: String, message: String) {
    self.init(Self.code(of: state), Self.firstLine(message), state: state)
  }

  private static func code(of state: String) -> Code {
    switch state {
    case "40001", "40P01": return .conflict
    case "23505": return .duplicate
    case "55P03", "57014": return .timeout
    case "42P01", "3F000", "42883", "42704": return .undefined
    case "0A000", "42601": return .unsupported
    case "42501": return .denied
    case "53300": return .unavailable
    case "25006": return .unavailable
    default: break
    }
    switch state.prefix(2) {
    case "08", "57": return .unavailable
    case "28": return .denied
    case "53": return .full
    case "XX": return .corruption
    default: return .other
    }
  }

  /// libpq ends its messages with a line break and may add details, which can hold values.
  static func firstLine(_ message: String) -> String {
    message.split(separator: "\n").first.map(String.init) ?? "the server gave no reason"
  }
}
