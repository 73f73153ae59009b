public import FaceTypes

/// Why the engine did not do what it was asked.
public struct EngineError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is; the daemon maps it to a gRPC status code.
  public enum Kind: Hashable, Sendable {
    /// The request is wrong whatever the state of the store.
    case invalidArgument
    case notFound
    case alreadyExists
    /// The request is right but the state forbids it now.
    case failedPrecondition
    /// A limit of the daemon was met; the same request may succeed later.
    case resourceExhausted
    /// The store's bytes are damaged.
    case dataLoss
    case cancelled
    /// Something that the daemon needs cannot be reached; the same request may succeed later.
    case unavailable
    /// The daemon's own fault.
    case `internal`
  }

  /// What kind of failure it is; decides the gRPC status code.
  public let kind: Kind
  /// The stable reason for programs.
  public let reason: Reason
  /// For people; says what to do.
  public let message: String
  /// When the same request may succeed, where that can be told.
  public var retryAfter: Duration?
  /// What of the request is wrong, in words with underscores, where one thing is.
  public var field: String?

  /// An error that cannot say when a retry helps; set `retryAfter` where it can.
  public init(_ kind: Kind, _ reason: Reason, _ message: String, field: String? = nil) {
    self.field = field
    self.kind = kind
    self.reason = reason
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
