public import FaceTypes
public import GRPCCore
public import GRPCProtobuf
import SwiftProtobuf

/// A call's failure as both sides see it: a gRPC code, a stable reason for programs, a message for people.
///
/// On the wire it is a `google.rpc.Status` with one `google.rpc.ErrorInfo` of the domain `faced`; for one item of a
/// stream it is a `Problem`.
public struct Failure: Error, Hashable, Sendable {
  /// The domain of every `google.rpc.ErrorInfo` that faced sends.
  public static let domain = "faced"

  /// The gRPC status code that the call, or the item of a stream, ends with.
  public var code: RPCError.Code
  /// UPPER_SNAKE_CASE: a `Reason`, or that of a daemon which knows more of them.
  public var reason: String
  /// Says what to do.
  public var message: String
  /// When the same call may succeed; a google.rpc.RetryInfo on the wire.
  public var retryAfter: Duration?
  /// The field of the request that was refused, as its .proto file calls it; a google.rpc.BadRequest on the wire.
  public var field: String?

  /// UTF-8 bytes of a message at most. The metadata that ends a call carries it up to three times and has 8 KiB in all.
  public static let longestMessage = 1024

  /// A message that is too long, because it quotes what it refuses, loses its middle.
  public init(code: RPCError.Code, reason: String, message: String) {
    self.code = code
    self.reason = reason
    self.message = message.utf8.count > Self.longestMessage ? Self.shortened(message) : message
  }

  /// What a server says.
  public init(code: RPCError.Code, reason: Reason, message: String) {
    self.init(code: code, reason: reason.rawValue, message: message)
  }

  /// The reason, where it is one that this version knows.
  public var known: Reason? { Reason(rawValue: reason) }

  private static func shortened(_ message: String) -> String {
    let half = longestMessage / 2 - 2
    // Half a character at the cut becomes a replacement character of up to three bytes.
    let start = String(decoding: message.utf8.prefix(half - 3), as: UTF8.self)
    return start + "…" + String(decoding: message.utf8.suffix(half - 3), as: UTF8.self)
  }

  /// What a client makes of an error that a call threw.
  public init(_ error: RPCError) {
    self.init(code: error.code, reason: "", message: error.message)
    guard let status = try? error.unpackGoogleRPCStatus() else { return }
    for detail in status.details {
      if let info = detail.errorInfo, info.domain == Self.domain { reason = info.reason }
      if let violation = detail.badRequest?.violations.first, !violation.field.isEmpty { field = violation.field }
    }
  }

  /// What a client makes of a refused item of a stream.
  public init(_ problem: Faced_V1_Problem) {
    let code = Status.Code(rawValue: Int(problem.code)).flatMap { RPCError.Code($0) } ?? .unknown
    self.init(code: code, reason: problem.reason, message: problem.message)
  }

  /// What a service throws.
  public var status: GoogleRPCStatus {
    var details: [ErrorDetails] = [.errorInfo(reason: reason, domain: Self.domain, metadata: [:])]
    // A violation without a field still tells a program that it is about the request.
    if code == .invalidArgument {
      details.append(.badRequest(violations: [.init(field: field ?? "", description: message)]))
    }
    if let retryAfter { details.append(.retryInfo(delay: retryAfter)) }
    return GoogleRPCStatus(code: code, message: message, details: details)
  }

  /// The same failure for one item of a stream, where the call itself goes on.
  public var problem: Faced_V1_Problem {
    .with {
      $0.code = Int32(Status.Code(code).rawValue)
      $0.reason = reason
      $0.message = message
    }
  }
}
