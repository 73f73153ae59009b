internal import FaceStore
internal import FaceTypes
internal import Foundation

/// One thing that was looked at, how it is, and what to do about it.
public struct DiagnosisFinding: Sendable {
  /// How bad it is: a problem keeps the daemon from its work, a warning may do so later.
  public enum Weight: String, Sendable { case fine, warning, problem }

  /// What was looked at, in one word.
  public let subject: String
  /// How bad it is.
  public let weight: Weight
  /// What was found, for people.
  public let message: String
  /// What to do; empty where all is well.
  public let advice: String

  /// A finding; `advice` stays empty where all is well.
  public init(_ subject: String, _ weight: Weight, _ message: String, advice: String = "") {
    self.subject = subject
    self.weight = weight
    self.message = message
    self.advice = advice
  }
}

extension FaceEngine {
  /// Looks at everything that keeps the daemon from doing well.
  ///
  /// - Parameters:
  ///   - freeBytes: what is left on the disk of the data folder.
  ///   - limits: what this machine allows.
  public func diagnose(_ limits: MachineLimits, freeBytes: UInt64?) async throws(EngineError) -> [DiagnosisFinding] {
    let totals = try statistics()
    var findings = [storeFinding(totals), diskFinding(freeBytes, totals), damageFinding()]
    if replica.isShared { findings.append(replicaFinding()) }
    if let status = searchStatus { findings.append(searchFinding(status)) }
    findings += limitFindings(limits)
    findings += try await modelFindings()
    findings += try galleryFindings()
    return findings
  }

  private func storeFinding(_ totals: StoreStatistics) -> DiagnosisFinding {
    if let refusal = writes.refusal {
      return .init(
        "store", .problem, "changes are refused: \(refusal)",
        advice: "free some space or put the folder back; writes then resume by themselves")
    }
    return .init("store", .fine, "changes are accepted; \(totals.faces) faces in \(totals.bytesOnDisk >> 20) MiB")
  }

  private func replicaFinding() -> DiagnosisFinding {
    let lag = (replica.lagSeconds * 10).rounded() / 10
    if let failure = replica.failure {
      return .init(
        "replica", .problem, "changes made by other daemons have not arrived for \(lag) s: \(failure)",
        advice: "check that the database is up and can be reached")
    }
    if lag > 10 {
      return .init(
        "replica", .warning, "changes made by other daemons arrive \(lag) s late",
        advice: "give this daemon or the database more processors")
    }
    return .init("replica", .fine, "changes made by other daemons arrive within \(max(lag, 0.5)) s")
  }

  private func searchFinding(_ status: SearchStatus) -> DiagnosisFinding {
    if let failure = status.failure {
      return .init(
        "search", .problem, "the search server at \(status.place) does not answer: \(failure)",
        advice: "start it; faces are enrolled meanwhile and found afterwards")
    }
    let behind = status.pending + status.missing
    return .init(
      "search", behind > 1_000 ? .warning : .fine, "the search server at \(status.place) is behind by \(behind) faces",
      advice: behind > 1_000 ? "they are being put there; `facectl status` counts them" : "")
  }

  private func diskFinding(_ freeBytes: UInt64?, _ totals: StoreStatistics) -> DiagnosisFinding {
    guard let freeBytes else {
      return .init(
        "disk", .problem, "the data folder's disk cannot be examined", advice: "check that the folder is in its place")
    }
    let left = "\(freeBytes >> 20) MiB are left"
    if freeBytes < 256 << 20 {
      return .init("disk", .problem, left, advice: "free some space: writes will soon be refused")
    }
    // A purge rewrites tables, and a checkpoint of the index is written beside the one before.
    if freeBytes < max(1 << 30, replica.isShared ? 0 : totals.bytesOnDisk / 4) {
      return .init("disk", .warning, left, advice: "keep a quarter of the store's size free, and at least 1 GiB")
    }
    return .init("disk", .fine, left)
  }

  private func damageFinding() -> DiagnosisFinding {
    let report = scrubbing.report
    guard report.damages.isEmpty else {
      let faces = report.damages.prefix(5).map { "face \($0.face) of '\($0.gallery)' (\($0.part))" }
      return .init(
        "data", .problem,
        "\(report.damages.count + report.more) parts of faces cannot be read: \(faces.joined(separator: ", "))",
        advice: "restore a backup; or stop the daemon, and run `faced repair`, which keeps the rest; check the disk")
    }
    guard let end = report.lastEnd else {
      return .init("data", .fine, "the store has not been checked since the start")
    }
    return .init("data", .fine, "all \(report.faces) faces were readable at \(end.formatted(.iso8601))")
  }

  private func limitFindings(_ limits: MachineLimits) -> [DiagnosisFinding] {
    let options = options
    var findings: [DiagnosisFinding] = []
    let fitting = limits.workers(of: ProcessInfo.processInfo.activeProcessorCount)
    findings.append(
      options.workers > fitting
        ? .init(
          "processors", .warning, "\(options.workers) workers share \(fitting) processors",
          advice: "start with --workers \(fitting)") : .init("processors", .fine, "\(options.workers) workers"))
    if let bytes = limits.memoryBytes {
      findings.append(
        bytes < 1 << 30
          ? .init(
            "memory", .warning, "the container may use \(bytes >> 20) MiB",
            advice: "give it 1 GiB, plus 1 KiB for each face") : .init("memory", .fine, "\(bytes >> 20) MiB"))
    }
    findings.append(
      limits.descriptors < 1024
        ? .init(
          "descriptors", .warning, "up to \(limits.descriptors) files and connections may be open",
          advice: "raise `ulimit -n` to 4096") : .init("descriptors", .fine, "\(limits.descriptors)"))
    return findings
  }

  private func modelFindings() async throws(EngineError) -> [DiagnosisFinding] {
    var findings: [DiagnosisFinding] = []
    for model in try await models() {
      guard let problem = model.problem else { continue }
      findings.append(
        .init("model", model.isActive ? .problem : .warning, problem, advice: "add the model file again"))
    }
    if findings.isEmpty { findings.append(.init("model", .fine, "\(activeModel.short) answers")) }
    if let job = try reindexJobs().first, !job.state.isFinished, job.state == .paused || job.state == .awaitingDecision
    {
      findings.append(
        .init(
          "reindex", .warning, "job \(job.id.value) stands still",
          advice: "`facectl reindex status` shows what it waits for"))
    }
    return findings
  }

  private func galleryFindings() throws(EngineError) -> [DiagnosisFinding] {
    var findings: [DiagnosisFinding] = []
    let rate = options.falsePositiveRate
    for gallery in try galleries(after: nil, limit: 1_000) {
      let model = currentView().active
      let rule = DecisionRule(
        try searchCalibration(gallery.id, model).table, .falsePositiveRate(rate), model.index(of: gallery.id).templates)
      if !rule.isSupported {
        findings.append(
          .init(
            "calibration", .warning,
            "gallery '\(gallery.id)' has \(gallery.identityCount) identities: up to \(rule.lowestSupportedRate) of "
              + "strangers are identified as somebody, where \(rate) is asked for",
            advice: "ask for a rate that the model supports, or calibrate the model on more people"))
      }
      if !gallery.keepsCrops, gallery.faceCount > 0 {
        findings.append(
          .init(
            "gallery", .warning,
            "gallery '\(gallery.id)' keeps no crops: its faces cannot be carried over to another model",
            advice: "enroll its people into a gallery that keeps crops"))
      }
    }
    if findings.isEmpty { findings.append(.init("galleries", .fine, "the calibration supports every decision")) }
    return findings
  }
}
