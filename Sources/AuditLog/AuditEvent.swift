/// One thing that somebody did, or was refused. Never a picture, a vector or a person's name.
package struct AuditEvent: Codable, Hashable, Sendable {
  /// The token's id or the certificate's name, as `token:3f2a…`; `local` for callers of the same machine without one.
  package var who: String
  /// The address that the call came from, without port.
  package var from: String
  /// The method, as `RecognitionService/Identify`.
  package var verb: String
  package var gallery: String?
  /// Numbers of the identities that were changed or decided on.
  package var identities: [UInt64]?
  /// Numbers of single faces.
  package var faces: [UInt64]?
  /// What was decided: `identified`, `unknown`, `enrolled`, …
  package var decision: String?
  /// The call's gRPC status.
  package var status: String
  /// Why it failed, for programs.
  package var reason: String?
  /// The call's request id, which its line in the log carries too.
  package var request: String
  /// Events before this one that could not be written.
  package var lost: Int?

  package init(who: String, from: String, verb: String, status: String, request: String) {
    self.who = who
    self.from = from
    self.verb = verb
    self.status = status
    self.request = request
  }
}
