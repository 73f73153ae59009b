import GRPCCore

/// What is known of a call from its beginning.
struct CallStart: Sendable {
  /// `faced.v1.RecognitionService/Identify`.
  let method: String
  /// The address that it came from, without port.
  let peer: String
  let requestID: String
}

/// What happened in a call, once it is over.
struct CallReport: Sendable {
  let call: CallStart
  let status: Status.Code
  /// The reason of a failure (`NO_FACE`); empty where there is none.
  let reason: String
  let duration: Duration
  let facts: CallNotes.Facts
}

/// One answer of a stream, each of which is an act of its own.
struct StreamItem: Sendable {
  /// Why it was refused; empty where it was not.
  let reason: String
  /// Of this item alone.
  let facts: CallNotes.Facts
}

/// Whoever wants to know of every call: the log, the audit log, the metrics.
protocol CallListener: Sendable {
  func began(_ method: String)
  func passed(_ item: StreamItem, of call: CallStart)
  func ended(_ report: CallReport)
}

extension CallListener {
  func began(_ method: String) {}
  func passed(_ item: StreamItem, of call: CallStart) {}
}
