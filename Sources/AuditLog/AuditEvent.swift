/// One thing that somebody did, or was refused. Never a picture, a vector or a person's name.
public struct AuditEvent: Codable, Hashable, Sendable {
  /// The token's id or the certificate's name, as `token:3f2a…`; `local` for callers of the same machine without one.
  public var who: String
  /// The address that the call came from, without port.
  public var from: String
  /// The method, as `RecognitionService/Identify`.
  public var verb: String
  public var gallery: String?
  /// Numbers of the identities that were changed or decided on.
  public var identities: [UInt64]?
  /// Numbers of single faces.
  public var faces: [UInt64]?
  /// What was decided: `identified`, `unknown`, `enrolled`, …
  public var decision: String?
  /// The call's gRPC status.
  public var status: String
  /// Why it failed, for programs.
  public var reason: String?
  /// The call's request id, which its line in the log carries too.
  public var request: String
  /// Events before this one that could not be written.
  public var lost: Int?

  public init(who: String, from: String, verb: String, status: String, request: String) {
    self.who = who
    self.from = from
    self.verb = verb
    self.status = status
    self.request = request
  }
}
