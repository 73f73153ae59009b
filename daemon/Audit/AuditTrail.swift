import AuditLog
import GRPCCore
import Logging
import Synchronization

/// Writes a line to the audit log for each call that does or learns something about people, and for each refusal.
struct AuditTrail: CallListener {
  let log: AuditLog
  let alarm: AuditAlarm

  func passed(_ item: StreamItem, of call: CallStart) {
    log.append(event(call, item.facts, status: "ok", reason: item.reason))
  }

  func ended(_ report: CallReport) {
    // Health and reflection say nothing of anybody.
    guard !report.call.method.hasPrefix("grpc.") else { return }
    log.append(event(report.call, report.facts, status: "\(report.status)", reason: report.reason))
    if let failure = log.failure { alarm.raise(failure) }
  }

  private func event(
    _ call: CallStart, _ facts: CallNotes.Facts, status: String, reason: String
  ) -> AuditEvent {
    var event = AuditEvent(
      who: facts.caller, from: call.peer, verb: String(call.method.trimmingPrefix("faced.v1.")), status: status,
      request: call.requestID)
    event.gallery = facts.gallery
    if !facts.identities.isEmpty { event.identities = facts.identities }
    if !facts.faces.isEmpty { event.faces = facts.faces }
    event.decision = facts.decision
    if !reason.isEmpty { event.reason = reason }
    return event
  }
}

/// Says in the log that the audit log cannot be written, at most once a minute.
final class AuditAlarm: Sendable {
  private let logger: Logger
  private let last = Mutex<ContinuousClock.Instant?>(nil)

  init(logger: Logger) { self.logger = logger }

  func raise(_ failure: String) {
    let isDue = last.withLock { last in
      let now = ContinuousClock.now
      if let said = last, now - said < .seconds(60) { return false }
      last = now
      return true
    }
    if isDue { logger.error("the audit log cannot be written", metadata: ["failure": "\(failure)"]) }
  }
}
