import Synchronization

/// What is known of a running call, for its line in the log and in the audit log: numbers and names of galleries, never
/// a person's name, a picture or a vector.
final class CallNotes: Sendable {
  struct Facts: Sendable {
    /// `Caller.name`.
    var caller = "nobody"
    /// The gallery that the request names, where it names one.
    var gallery: String?
    /// Numbers of the identities that the call changed or decided on.
    var identities: [UInt64] = []
    /// Numbers of single faces that the call is about.
    var faces: [UInt64] = []
    /// How far the nearest identity was from each face, squared, and whether that was near enough.
    var distances: [(value: Double, isIdentified: Bool)] = []
    /// `identified`, `unknown`, `verified`, `not verified`, `enrolled`, `deleted` and so on.
    var decision: String?
    /// Bytes of the photographs that came in.
    var photoBytes = 0
    /// Photographs of a stream that were done, and that were refused.
    var done = 0
    var refused = 0
  }

  /// The running call's; nil outside of one.
  @TaskLocal static var current: CallNotes?

  /// Of the client, or made here; it is answered in the metadata.
  let requestID: String
  private let facts = Mutex(Facts())

  init(requestID: String) { self.requestID = requestID }

  var read: Facts { facts.withLock { $0 } }

  func note(_ body: (inout Facts) -> Void) { facts.withLock { body(&$0) } }

  /// More identities than this are counted elsewhere, not listed.
  static let maximumIdentities = 16

  func note(identity: UInt64) {
    note { Self.add(identity, to: &$0.identities) }
  }

  func note(face: UInt64) {
    note { Self.add(face, to: &$0.faces) }
  }

  private static func add(_ number: UInt64, to numbers: inout [UInt64]) {
    if numbers.count < maximumIdentities, !numbers.contains(number) { numbers.append(number) }
  }
}
