public import GRPCCore
internal import Synchronization

/// How many calls a server has under way at a time, and what it tells those beyond.
///
/// What is beyond is refused on the thread that polls, before a task or a message is made for it: so a server that has more
/// than it can do goes on with what it began, and says no soon.
public struct CallLimit: Sendable {
  /// Positive.
  public var calls: Int
  /// What a call beyond is answered; its code should be `resourceExhausted`.
  public var refusal: RPCError
  /// Services whose calls are taken all the same, such as the one that answers health checks.
  public var exemptServices: Set<String>

  public init(calls: Int, refusal: RPCError, exemptServices: Set<String> = []) {
    self.calls = calls
    self.refusal = refusal
    self.exemptServices = exemptServices
  }
}

/// Counts a server's calls.
final class CallCounter: Sendable {
  private let limit: CallLimit?
  private let running = Atomic<Int>(0)
  private let refusals = Atomic<Int>(0)
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

  /// Counts a call, or refuses it. Who counts one calls `leave` at its end.
  func enters(_ path: String, _ call: Call) -> Bool {
    let before = running.add(1, ordering: .relaxed).oldValue
    guard let limit, let answer, before >= limit.calls, !isExempt(path, limit) else { return true }
    running.subtract(1, ordering: .relaxed)
    refusals.add(1, ordering: .relaxed)
    call.post(answer)
    call.end()
    return false
  }

  func leave() { running.subtract(1, ordering: .relaxed) }

  /// - Parameter path: `/package.Service/Method`.
  private func isExempt(_ path: String, _ limit: CallLimit) -> Bool {
    let parts = path.split(separator: "/", maxSplits: 1)
    return parts.first.map { limit.exemptServices.contains(String($0)) } ?? false
  }
}
