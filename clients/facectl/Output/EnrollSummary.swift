import FaceAPI
import Foundation

/// What an enrolment did, and what it refused and why.
struct EnrollSummary: Encodable, Sendable {
  struct RefusedFile: Encodable, Sendable {
    let file: String
    let reason: String
    let message: String
  }

  let photographs: Int
  private(set) var enrolledFaces = 0
  private(set) var enrolledBefore = 0
  private(set) var identitiesCreated = 0
  private(set) var identities = 0
  var refused: [RefusedFile] = []
  private var seen: Set<String> = []
  private let start = Date()

  private enum CodingKeys: String, CodingKey {
    case photographs, enrolledFaces = "enrolled_faces", enrolledBefore = "enrolled_before", identities
    case identitiesCreated = "identities_created", refused
  }

  init(photographs: Int) { self.photographs = photographs }

  var isComplete: Bool { refused.isEmpty }

  mutating func add(_ response: Faced_V1_EnrollResponse) {
    if response.replayed { enrolledBefore += response.faces.count } else { enrolledFaces += response.faces.count }
    if response.identityCreated { identitiesCreated += 1 }
    if seen.insert(response.identity.name).inserted { identities += 1 }
  }

  func print(json: Bool) {
    if json { return Terminal.printJSON(self) }
    let seconds = Date().timeIntervalSince(start)
    var text = "enrolled \(enrolledFaces) faces of \(identities) identities (\(identitiesCreated) new)"
    if enrolledBefore > 0 { text += "; \(enrolledBefore) were enrolled before" }
    Swift.print(text + ", in \(ProgressBar.duration(seconds))")
    for (reason, files) in Dictionary(grouping: refused, by: \.reason).sorted(by: { $0.key < $1.key }) {
      Swift.print("refused \(files.count) × \(reason): \(files[0].message)")
      for file in files.prefix(10) { Swift.print("  \(file.file)") }
      if files.count > 10 { Swift.print("  and \(files.count - 10) more (--json lists all)") }
    }
  }
}
