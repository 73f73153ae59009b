/// What goes wrong in setting up or stopping a transport. What goes wrong in a call is an `RPCError`.
public struct CoreTransportError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure; tests and callers match on it.
  public enum Code: Sendable, Hashable {
    /// The address or target is not of a form the transport understands.
    case invalidAddress
    /// An option is outside its range.
    case invalidOption
    /// The server could not listen on its address.
    case addressUnavailable
    /// A certificate, private key or set of trust roots could not be used.
    case badCredentials
    /// `listen` or `connect` was called a second time.
    case alreadyStarted
    /// The transport was shut down before it served.
    case stopped
    /// The system refused a thread or a queue.
    case outOfResources
  }

  /// What kind of failure it is, for programs.
  public var code: Code
  /// What happened, and what to do about it.
  public var message: String

  /// An error of a kind, with a message for people.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
