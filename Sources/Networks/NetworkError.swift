/// What can go wrong with a network: its definition, its state, or a call.
public struct NetworkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is, for programs.
  public enum Code: String, Hashable, Sendable {
    /// The definition does not describe a network: shapes do not fit, a size is out of range, a name is doubled.
    case invalidDefinition
    /// The state lacks a tensor, has one too many, or one of the wrong shape.
    case invalidState
    /// A batch, gradient or count does not fit the network.
    case invalidArgument
    /// An environment variable of this module has a value that it cannot have.
    case invalidEnvironment
    /// `backward` without a `forward` in training mode before it.
    case outOfOrder
  }

  /// What kind of failure it is.
  public let code: Code
  /// Says what is wrong, where, and what would be right.
  public let message: String

  /// An error of a kind, with a message for people.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
