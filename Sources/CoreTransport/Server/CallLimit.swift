public import GRPCCore
internal import Synchronization

/// How many calls a server has under way at a time, and what it tells those beyond.
///
/// What is beyond is refused on the thread that polls, before a task or a message is made for it: so a server that has more
/// than it can do goes on with what it began, and says no soon.
public struct CallLimit: Sendable {
  /// Positive. One connection takes about half of them at the most.
  public var calls: Int
  /// What a call beyond is answered; its code should be `resourceExhausted`.
  public var refusal: RPCError
  /// Services whose calls are taken all the same, such as the one that answers health checks.
  public var exemptServices: Set<String>

  /// A limit of `calls` at once; calls beyond it end with `refusal`, except those of `exemptServices`.
  public init(calls: Int, refusal: RPCError, exemptServices: Set<String> = []) {
    self.calls = calls
    self.refusal = refusal
    self.exemptServices = exemptServices
  }
}

/// Counts a server's calls.
///
/// The first quarter of the places is anybody's. Of the others no connection takes more than a quarter: so one client cannot
/// hold all of them. `maximumConcurrentCallsPerConnection` alone does not see to that, as the C core holds a client to it only
/// once the client has confirmed it.
final class CallCounter: Sendable {
  /// A place that a call has taken.
  struct Place: Sendable {
    /// The connection that it is counted for; nil where it is anybody's.
    fileprivate let connection: String?
  }

  private let limit: CallLimit?
  private let running = Atomic<Int>(0)
  private let refusals = Atomic<Int>(0)
  private let byConnection = Mutex<[String: Int]>([:])
  private let answer: SendBatch.Parts?

  init(_ limit: CallLimit?) {
    self.limit = limit
    answer = limit.map { limit in
      var parts = SendBatch.Parts()
      parts.initialMetadata = .some(nil)
      parts.status = (
        Status(code: Status.Code(limit.refusal.code), message: limit.refusal.message),
        try? OutgoingMetadata.make(limit.refusal.metadata)
      )
      return parts
    }
  }

  /// Calls that were refused.
  var refused: Int { refusals.load(ordering: .relaxed) }

  /// Counts a call, or refuses it. Who got a place calls `leave` with it at the call's end.
  func enters(_ path: String, _ call: Call) -> Place? {
    let before = running.add(1, ordering: .relaxed).oldValue
    guard let limit, let answer else { return Place(connection: nil) }
    let share = max(1, limit.calls / 4)
    guard before >= share, !isExempt(path, limit) else { return Place(connection: nil) }
    if before < limit.calls {
      guard let connection = Self.connection(of: call) else { return Place(connection: nil) }
      let hasRoom = byConnection.withLock { counts in
        guard counts[connection, default: 0] < share else { return false }
        counts[connection, default: 0] += 1
        return true
      }
      if hasRoom { return Place(connection: connection) }
    }
    running.subtract(1, ordering: .relaxed)
    refusals.add(1, ordering: .relaxed)
    call.post(answer)
    call.end()
    return nil
  }

  func leave(_ place: Place) {
    running.subtract(1, ordering: .relaxed)
    guard let connection = place.connection else { return }
    byConnection.withLock { counts in
      guard let count = counts[connection] else { return }
      counts[connection] = count > 1 ? count - 1 : nil
    }
  }

  /// Its address and port; nil for a Unix socket, whose clients are not told apart.
  private static func connection(of call: Call) -> String? {
    let peer = call.peer
    return peer.hasPrefix("unix") ? nil : peer
  }

  /// - Parameter path: `/package.Service/Method`.
  private func isExempt(_ path: String, _ limit: CallLimit) -> Bool {
    let parts = path.split(separator: "/", maxSplits: 1)
    return parts.first.map { limit.exemptServices.contains(String($0)) } ?? false
  }
}
