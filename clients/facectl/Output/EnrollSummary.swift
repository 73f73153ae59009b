import FaceAPI
import FaceTypes
import Foundation

/// What an enrolment did, and what it left out or refused and why.
struct EnrollSummary: Encodable, Sendable {
  struct RefusedFile: Encodable, Sendable {
    let file: String
    let reason: String
    let message: String
  }

  struct FileWarning: Encodable, Sendable {
    let file: String
    let reason: String
    let message: String
    /// Whom the face looks like, where that is what is said.
    var identity: String?
    var distance: Double?

    init(_ file: String, _ warning: Faced_V1_PhotoWarning) {
      (self.file, reason, message) = (file, warning.reason, warning.message)
    }

    init(_ file: String, _ finding: Faced_V1_EnrolmentFinding) {
      (self.file, reason, message) = (file, finding.reason, finding.message)
      identity = finding.displayName.isEmpty ? nil : finding.displayName
      distance = finding.hasDistance ? finding.distance : nil
    }
  }

  let photographs: Int
  private(set) var enrolledFaces = 0
  /// Faces of photographs that were enrolled by an earlier call.
  private(set) var enrolledBefore = 0
  private(set) var identitiesCreated = 0
  /// Identities that the photographs are of, new or not.
  private(set) var identities = 0
  var refused: [RefusedFile] = []
  /// Nothing was kept: the numbers are of what would be.
  private var isDryRun = false
  /// Of photographs that were taken all the same.
  private(set) var warnings: [FileWarning] = []
  private var seen: Set<String> = []
  private let start = Date()

  private enum CodingKeys: String, CodingKey {
    case photographs, enrolledFaces = "enrolled_faces", enrolledBefore = "enrolled_before", identities
    case identitiesCreated = "identities_created", refused, warnings, isDryRun = "dry_run"
  }

  init(photographs: Int) { self.photographs = photographs }

  var isComplete: Bool { refused.isEmpty }

  mutating func add(_ response: Faced_V1_EnrollResponse, file: String) {
    isDryRun = response.dryRun
    warnings += response.warnings.map { FileWarning(file, $0) } + response.findings.map { FileWarning(file, $0) }
    let isOld = response.replayed || response.alreadyEnrolled
    if isOld { enrolledBefore += response.faces.count } else { enrolledFaces += response.faces.count }
    // Somebody whom a dry run would create has no number.
    let identity = response.identity.name.isEmpty ? "new: " + response.identity.displayName : response.identity.name
    let isFirst = seen.insert(identity).inserted
    if isFirst { identities += 1 }
    // An answer that is repeated repeats this too, though nobody was created now; so does a dry run.
    if response.identityCreated, !isOld, isFirst || !response.dryRun { identitiesCreated += 1 }
  }

  func print(json: Bool) {
    if json { return Terminal.printJSON(self) }
    let seconds = Date().timeIntervalSince(start)
    var text = isDryRun ? "would enroll" : "enrolled"
    text += " \(enrolledFaces) faces of \(identities) identities (\(identitiesCreated) new)"
    if enrolledBefore > 0 { text += "; \(enrolledBefore) were enrolled before" }
    Terminal.print(text + ", in \(ProgressBar.duration(seconds))")
    for warning in warnings.sorted(by: { $0.file < $1.file }) {
      Terminal.print("warning: \(warning.file): \(warning.message)")
    }
    for (reason, files) in Dictionary(grouping: refused, by: \.reason).sorted(by: { $0.key < $1.key }) {
      Terminal.print(
        "\(isDryRun ? "would leave" : "left") out \(files.count) × \(reason)"
          + (Self.flag(reason).map { " (\($0))" } ?? ""))
      // Each file's own words where they differ.
      let isOneMessage = Set(files.map(\.message)).count == 1
      if isOneMessage { Terminal.print("  \(files[0].message):") }
      for file in files { Terminal.print("  \(file.file)" + (isOneMessage ? "" : ": \(file.message)")) }
    }
  }

  /// The flag that takes what was left out.
  private static func flag(_ reason: String) -> String? {
    switch Reason(rawValue: reason) {
    case .severalFaces: "--largest takes the largest face"
    case .faceDeletedSince: "--again enrolls them once more"
    case .samePhotograph, .looksLikeOther, .unlikeOwnFaces, .tooSmall, .blurred, .poorLight, .turnedAway, .unsureFace:
      "--force enrolls them all the same"
    case nil where [Refusal.noIdentity.reason, Refusal.nested.reason].contains(reason): "--identity NAME takes them"
    default: nil
    }
  }
}
