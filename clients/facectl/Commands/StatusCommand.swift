import ArgumentParser
import FaceAPI
import Foundation

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "status", abstract: "Show how the daemon is.")

  @OptionGroup var shared: SharedOptions
  @Flag(help: "Show the last hour instead: how long the parts of calls took, and why some were refused.")
  var hour = false

  private struct Output: Encodable {
    let version: String
    let started: String
    let model: String
    let galleries: Int64
    let identities: Int64
    let faces: Int64
    let storeBytes: Int64
    let falsePositiveRate: Double
    let kernels: String
    let writeRefusal: String?
    let state: String
    let stateSince: String
    let diskFreeBytes: Int64
    let waiting: Int32
    let waitingLimit: Int32
    let workers: Int32
    let callsLastMinute: Int64
    let medianMilliseconds: Double?
    let p99Milliseconds: Double?
    let lastError: String?
    let lastErrorTime: String?
    let scrub: String
    let damagedFaces: [String]
    let damageCount: Int64
    let recalls: [Recall]
    let search: Search?
    let replicaLagSeconds: Double?

    /// The server that searches.
    struct Search: Encodable {
      let address: String
      let pending: Int64
      let missing: Int64
      let failure: String?
      let since: String
      let compared: String?

      init(_ message: Faced_V1_SearchServerStatus) {
        (address, pending, missing) = (message.address, message.pendingCount, message.missingCount)
        (failure, since) = (message.failure.isEmpty ? nil : message.failure, message.stateTime.iso8601)
        compared = message.hasComparedTime ? message.comparedTime.iso8601 : nil
      }

      var text: String {
        if let failure {
          return "\(address) does not answer since \(since): \(failure); \(pending) changes wait for it"
        }
        if missing > 0 { return "\(address) lacks \(missing) faces, which are being put there" }
        if pending > 0 { return "\(address), \(pending) changes behind" }
        return compared == nil ? "\(address), not compared with the store yet" : "\(address), up to date"
      }
    }

    struct Recall: Encodable {
      let gallery: String
      let faces: Int64
      let exact: Bool
      let promised: Double
      let calibrated: Double?
      let measured: Double?
      let samples: Int32

      init(_ message: Faced_V1_GalleryRecall) {
        (gallery, faces) = (message.gallery.lastSegment, message.faceCount)
        (exact, promised, samples) = (message.exact, message.promised, message.samples)
        calibrated = message.hasCalibrated ? message.calibrated : nil
        measured = message.hasMeasured ? message.measured : nil
      }

      var text: String {
        if exact { return "every face is compared" }
        let promise = String(format: "%g of the nearest promised", promised)
        guard let measured else { return promise + "; none measured yet" }
        return promise + String(format: ", %.3f found in %d searches", measured, samples)
      }
    }

    private enum CodingKeys: String, CodingKey {
      case version, started, model, galleries, identities, faces, kernels, recalls, search
      case state, waiting, workers, scrub
      case stateSince = "state_since", diskFreeBytes = "disk_free_bytes", waitingLimit = "waiting_limit"
      case callsLastMinute = "calls_last_minute", medianMilliseconds = "p50_ms", p99Milliseconds = "p99_ms"
      case lastError = "last_error", lastErrorTime = "last_error_time"
      case replicaLagSeconds = "replica_lag_seconds"
      case damagedFaces = "damaged_faces", damageCount = "damage_count"
      case writeRefusal = "write_refusal", storeBytes = "store_bytes", falsePositiveRate = "false_positive_rate"
    }
  }

  func run() async throws {
    if hour { return try await HourReport(shared: shared).run() }
    let status = try await shared.withDaemon { client in
      try await Faced_V1_ServerService.Client(wrapping: client).getServerStatus(.init())
    }
    let address = try shared.daemonAddress
    let output = Output(
      version: status.version, started: status.startTime.iso8601, model: status.activeModel.lastSegment,
      galleries: status.galleryCount, identities: status.identityCount, faces: status.faceCount,
      storeBytes: status.storeBytes, falsePositiveRate: status.falsePositiveRate, kernels: status.kernels,
      writeRefusal: status.writeRefusal.isEmpty ? nil : status.writeRefusal,
      state: status.state == .readOnly ? "read only" : "serving", stateSince: status.stateTime.iso8601,
      diskFreeBytes: status.diskFreeBytes, waiting: status.waiting, waitingLimit: status.waitingLimit,
      workers: status.workers, callsLastMinute: status.calls.count,
      medianMilliseconds: status.calls.hasMedianMilliseconds ? status.calls.medianMilliseconds : nil,
      p99Milliseconds: status.calls.hasP99Milliseconds ? status.calls.p99Milliseconds : nil,
      lastError: status.calls.hasLastFailure
        ? "\(status.calls.lastFailure.reason) of \(status.calls.lastFailure.method)" : nil,
      lastErrorTime: status.calls.hasLastFailure ? status.calls.lastFailure.time.iso8601 : nil,
      scrub: Self.scrub(status.scrub), damagedFaces: status.scrub.damages.map { "\($0.face) (\($0.part))" },
      damageCount: status.scrub.damageCount, recalls: status.recalls.map(Output.Recall.init),
      search: status.hasSearch ? Output.Search(status.search) : nil,
      replicaLagSeconds: status.hasReplicaLagSeconds ? status.replicaLagSeconds : nil)
    if shared.json { return Terminal.printJSON(output) }
    Terminal.printTable(
      ["WHAT", "VALUE"],
      (output.writeRefusal.map { [["changes", "refused: \($0)"]] } ?? []) + [
        ["state", "\(output.state), since \(output.stateSince)"],
        ["daemon", "faced \(output.version) at \(address), since \(output.started)"],
        ["enrolled", "\(output.faces) faces of \(output.identities) identities in \(output.galleries) galleries"],
        ["model", String(output.model.prefix(12))],
        ["store", "\(output.storeBytes >> 10) KiB; \(output.diskFreeBytes >> 20) MiB free on the disk"],
        ["data", output.scrub],
        ["searches", Self.searches(output)],
        ["queue", "\(output.waiting) of \(output.waitingLimit) waiting for \(output.workers) workers"],
        ["last minute", Self.calls(output)],
        ["last error", output.lastError.map { "\($0), at \(output.lastErrorTime ?? "")" } ?? "none since the start"],
        ["strangers accepted", "at most \(String(format: "%g", output.falsePositiveRate * 100)) % wanted"],
        ["kernels", output.kernels],
      ] + Self.replica(output.replicaLagSeconds))
  }

  private static func searches(_ output: Output) -> String {
    if let search = output.search { return search.text }
    return output.recalls.first.map { "\($0.text) in '\($0.gallery)'" } ?? "no faces yet"
  }

  private static func replica(_ lag: Double?) -> [[String]] {
    guard let lag else { return [] }
    return [["other daemons", String(format: "their changes are seen within %.1f s", max(lag, 0.5))]]
  }

  private static func calls(_ output: Output) -> String {
    guard let median = output.medianMilliseconds, let p99 = output.p99Milliseconds else { return "no calls" }
    return "\(output.callsLastMinute) calls; half within \(format(median)) ms, 99 % within \(format(p99)) ms"
  }

  private static func format(_ milliseconds: Double) -> String { String(format: "%.1f", milliseconds) }

  private static func scrub(_ report: Faced_V1_ScrubReport) -> String {
    if report.damageCount > 0 {
      return "\(report.damageCount) parts of faces cannot be read: "
        + report.damages.prefix(3).map { "\($0.face) (\($0.part))" }.joined(separator: ", ")
    }
    if report.hasLastEndTime { return "all were readable at \(report.lastEndTime.iso8601)" }
    return report.running ? "is being checked: \(report.faceCount) faces so far" : "not read through yet"
  }
}
