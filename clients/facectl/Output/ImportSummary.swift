import FaceAPI
import FaceTypes

/// What an import did, and what it refused and why.
struct ImportSummary: Encodable, Sendable {
  struct RefusedFace: Encodable, Sendable {
    let face: String
    let reason: String
    let message: String
  }

  let faces: Int
  private(set) var added: Int64 = 0
  /// Of those that were added: from their crops, because the model is another.
  private(set) var embedded: Int64 = 0
  /// Faces that were there already.
  private(set) var known: Int64 = 0
  var identitiesCreated: Int64 = 0
  private(set) var refusedFaces = 0
  /// The first of them.
  private(set) var refused: [RefusedFace] = []

  private static let shown = 100

  private enum CodingKeys: String, CodingKey {
    case faces, added, embedded, known, identitiesCreated = "identities_created", refusedFaces = "refused_faces"
    case refused
  }

  init(faces: Int) { self.faces = faces }

  var isComplete: Bool { refusedFaces == 0 }

  /// - Parameter labels: what the message's faces are called.
  mutating func add(_ message: Faced_V1_ImportFacesResponse, _ labels: [String]) {
    added += message.addedCount
    embedded += message.embeddedCount
    known += message.knownCount
    identitiesCreated += message.identitiesCreated
    refusedFaces += message.problems.count
    for item in message.problems where refused.count < Self.shown {
      let index = Int(item.index)
      refused.append(
        RefusedFace(
          face: labels.indices.contains(index) ? labels[index] : "?", reason: item.problem.reason,
          message: item.problem.message))
    }
  }

  func print(json: Bool) {
    if json { return Terminal.printJSON(self) }
    var text = "imported \(added) faces (\(identitiesCreated) new identities)"
    if embedded > 0 { text += "; \(embedded) were embedded anew" }
    if known > 0 { text += "; \(known) were there already" }
    Terminal.print(text)
    for (reason, faces) in Dictionary(grouping: refused, by: \.reason).sorted(by: { $0.key < $1.key }) {
      Terminal.print(
        "refused as \(reason)" + (reason == Reason.faceDeletedSince.rawValue ? " (--again adds them)" : "") + ":")
      for face in faces { Terminal.print("  \(face.face): \(face.message)") }
    }
    if refusedFaces > refused.count { Terminal.print("and \(refusedFaces - refused.count) more") }
  }
}
