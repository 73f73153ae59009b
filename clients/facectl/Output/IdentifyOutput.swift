import FaceAPI
import Foundation

/// The answer for one photograph, as `--json` prints it.
struct IdentifyOutput: Encodable, Sendable {
  struct Face: Encodable, Sendable {
    /// x, y, width, height in pixels of the upright photograph.
    let box: [Double]
    let score: Double
    let decision: String
    /// The display name; null where the decision is UNKNOWN.
    let identity: String?
    /// The squared distance of the nearest candidate; null in an empty gallery.
    let distance: Double?
    let threshold: Double
    let search: String
    /// 0 to 1: how well the face suits recognition, by its weakest part.
    let quality: Double
    let candidates: [Candidate]

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(box, forKey: .box)
      try container.encode(score, forKey: .score)
      try container.encode(decision, forKey: .decision)
      // Always there, so that a reader need not ask whether a key exists.
      try container.encode(identity, forKey: .identity)
      try container.encode(distance, forKey: .distance)
      try container.encode(threshold, forKey: .threshold)
      try container.encode(search, forKey: .search)
      try container.encode(quality, forKey: .quality)
      try container.encode(candidates, forKey: .candidates)
    }

    private enum CodingKeys: String, CodingKey {
      case box, score, decision, identity, distance, threshold, search, quality, candidates
    }
  }

  struct Candidate: Encodable, Sendable {
    let identity: String
    let distance: Double
    /// The identity's resource name.
    let name: String
  }

  let file: String
  let faces: [Face]
  let model: String?
  let error: ErrorOutput?

  init(file: String, error: ErrorOutput) {
    self.file = file
    self.error = error
    faces = []
    model = nil
  }

  init(file: String, response: Faced_V1_IdentifyResponse) {
    self.file = file
    error = nil
    model = response.model
    faces = response.faces.map { face in
      let isIdentified = face.decision == .identified
      return Face(
        box: [face.box.x, face.box.y, face.box.width, face.box.height], score: face.detectionScore,
        decision: isIdentified ? "IDENTIFIED" : "UNKNOWN",
        identity: isIdentified ? face.candidates.first?.displayName : nil,
        distance: face.candidates.first?.distance, threshold: face.threshold,
        search: face.searchMode == .approximate ? "APPROXIMATE" : "EXACT", quality: face.quality.overall,
        candidates: face.candidates.map {
          Candidate(identity: $0.displayName, distance: $0.distance, name: $0.identity)
        })
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(file, forKey: .file)
    try container.encode(faces, forKey: .faces)
    try container.encode(model, forKey: .model)
    try container.encode(error, forKey: .error)
  }

  private enum CodingKeys: String, CodingKey { case file, faces, model, error }

  func print(json: Bool) {
    if json { return Terminal.printJSON(self) }
    if let error { return Swift.print("\(file): refused (\(error.reason)): \(error.message)") }
    for face in faces {
      let threshold = String(format: "%.3f", face.threshold)
      let nearest = face.candidates.first.map { "\($0.identity) at \(String(format: "%.3f", $0.distance))" }
      let answer =
        if let identity = face.identity {
          "\(identity)  (distance \(String(format: "%.3f", face.distance ?? 0)) ≤ \(threshold))"
        } else {
          "unknown  (nearest: \(nearest ?? "nobody is enrolled"); threshold \(threshold))"
        }
      let place = face.box.map { String(Int($0.rounded())) }.joined(separator: ",")
      Swift.print("\(file): \(answer)" + (faces.count > 1 ? "  [box \(place)]" : ""))
    }
  }
}
