import FaceAPI
import FaceEngine
import FaceStore
import FaceTypes
import Foundation
import SwiftProtobuf

extension Faced_V1_ServerStatus.State {
  init(_ writes: WriteState) { self = writes.refusal == nil ? .serving : .readOnly }
}

extension Faced_V1_CallSummary {
  init(_ summary: RecentCalls.Summary) {
    self.init()
    count = Int64(summary.count)
    if let median = summary.median { medianMilliseconds = median }
    if let p99 = summary.p99 { p99Milliseconds = p99 }
    if let failed = summary.lastFailure {
      lastFailure = .with {
        $0.time = Google_Protobuf_Timestamp(date: failed.time)
        $0.method = failed.method
        $0.reason = failed.reason
      }
    }
  }
}

extension Faced_V1_ScrubReport {
  /// Damages that a status lists.
  private static let listed = 100

  init(_ report: ScrubState.Report) {
    self.init()
    running = report.isRunning
    faceCount = Int64(report.faces)
    if let end = report.lastEnd { lastEndTime = Google_Protobuf_Timestamp(date: end) }
    damageCount = Int64(report.damages.count + report.more)
    damages = report.damages.prefix(Self.listed).map { damage in
      .with {
        $0.face = ResourceName.face(damage.face, in: damage.gallery)
        $0.part = damage.part
      }
    }
  }
}

extension Faced_V1_SearchServerStatus {
  init(_ status: SearchStatus) {
    self.init()
    (address, failure) = (status.place, status.failure ?? "")
    (pendingCount, missingCount) = (Int64(status.pending), Int64(status.missing))
    stateTime = Google_Protobuf_Timestamp(date: status.since)
    if let compared = status.compared { comparedTime = Google_Protobuf_Timestamp(date: compared) }
  }
}

extension Faced_V1_Finding {
  init(_ finding: DiagnosisFinding) {
    self.init()
    subject = finding.subject
    message = finding.message
    advice = finding.advice
    weight =
      switch finding.weight {
      case .fine: .fine
      case .warning: .warning
      case .problem: .problem
      }
  }
}

extension Faced_V1_GalleryRecall {
  init(_ recall: GalleryRecall) {
    self.init()
    gallery = ResourceName.gallery(recall.gallery)
    faceCount = Int64(recall.faces)
    (exact, promised) = (recall.isExact, recall.promised)
    if let found = recall.calibrated { calibrated = found }
    if let found = recall.measured { measured = found }
    samples = Int32(clamping: recall.samples)
  }
}
