import GRPCCore

/// Why a Milvus server did not do what it was asked.
public struct MilvusError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is, for programs.
  public enum Code: String, Hashable, Sendable {
    /// The server cannot be reached, or takes too long.
    case unavailable
    /// The server has no such collection.
    case collectionMissing
    /// It does not let this client in.
    case refused
    /// The server cannot do this at all, as a lightweight one cannot compact.
    case unsupported
    /// Anything else that the server says no to.
    case failed
    /// An address or option that cannot be used.
    case invalidArgument
  }

  /// What kind of failure it is.
  public let code: Code
  /// What is wrong, for people.
  public let message: String

  /// An error of the caller's own making.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }

  init(_ error: RPCError) {
    let code: Code =
      switch error.code {
      case .unavailable, .deadlineExceeded, .cancelled, .resourceExhausted: .unavailable
      case .unauthenticated, .permissionDenied: .refused
      case .unimplemented: .unsupported
      default: .failed
      }
    self.init(code, error.message.isEmpty ? "\(error.code)" : error.message)
  }

  /// Nil for success.
  init?(_ status: Milvus_Proto_Milvus_Status) {
    guard status.code != 0 || status.errorCode != 0 else { return nil }
    // 100 is the collection that is not there; 4 in servers of old.
    let isMissing = status.code == 100 || (status.code == 0 && status.errorCode == 4)
    let isAway = status.retriable && !isMissing
    self.init(isMissing ? .collectionMissing : isAway ? .unavailable : .failed, String(status.reason.prefix(300)))
  }
}
