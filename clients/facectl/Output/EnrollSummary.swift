import FaceAPI
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
  }

  let photographs: Int
  private(set) var enrolledFaces = 0
  /// Faces of photographs that were enrolled by an earlier call.
  private(set) var enrolledBefore = 0
  private(set) var identitiesCreated = 0
  /// Identities that the photographs are of, new or not.
  private(set) var identities = 0
  var refused: [RefusedFile] = []
  /// Of photographs that were taken all the same.
  private(set) var warnings: [FileWarning] = []
  private var seen: Set<String> = []
  private let start = Date()

  private enum CodingKeys: String, CodingKey {
    case photographs, enrolledFaces = "enrolled_faces", enrolledBefore = "enrolled_before", identities
    case identitiesCreated = "identities_created", refused, warnings
  }

  init(photographs: Int) { self.photographs = photographs }

  var isComplete: Bool { refused.isEmpty }

  mutating func add(_ response: Faced_V1_EnrollResponse, file: String) {
    warnings += response.warnings.map { FileWarning(file: file, reason: $0.reason, message: $0.message) }
    let isOld = response.replayed || response.alreadyEnrolled
    if isOld { enrolledBefore += response.faces.count } else { enrolledFaces += response.faces.count }
    // An answer that is repeated repeats this too, though nobody was created now.
    if response.identityCreated, !isOld { identitiesCreated += 1 }
    if seen.insert(response.identity.name).inserted { identities += 1 }
  }

  func print(json: Bool) {
    if json { return Terminal.printJSON(self) }
    let seconds = Date().timeIntervalSince(start)
    var text = "enrolled \(enrolledFaces) faces of \(identities) identities (\(identitiesCreated) new)"
    if enrolledBefore > 0 { text += "; \(enrolledBefore) were enrolled before" }
    Terminal.print(text + ", in \(ProgressBar.duration(seconds))")
    for warning in warnings.sorted(by: { $0.file < $1.file }) {
      Terminal.print("warning: \(warning.file): \(warning.message)")
    }
    for (reason, files) in Dictionary(grouping: refused, by: \.reason).sorted(by: { $0.key < $1.key }) {
      Terminal.print("left out \(files.count) × \(reason)" + (Self.flag(reason).map { " (\($0))" } ?? ""))
      // Each file's own words where they differ.
      let isOneMessage = Set(files.map(\.message)).count == 1
      if isOneMessage { Terminal.print("  \(files[0].message):") }
      for file in files { Terminal.print("  \(file.file)" + (isOneMessage ? "" : ": \(file.message)")) }
    }
  }

  /// The flag that takes what was left out.
  private static func flag(_ reason: String) -> String? {
    switch reason {
    case "SEVERAL_FACES": "--largest takes the largest face"
    case "FACE_DELETED_SINCE": "--again enrolls them once more"
    case "NO_IDENTITY", "NESTED_FOLDER": "--identity NAME takes them"
    default: nil
    }
  }
}
