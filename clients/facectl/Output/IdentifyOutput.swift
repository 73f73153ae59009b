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
    /// Others who are near enough too, and hardly farther: one person under several names, or people who look alike. Empty
    /// where the answer is plain.
    let also: [String]
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
      try container.encode(also, forKey: .also)
      try container.encode(candidates, forKey: .candidates)
    }

    private enum CodingKeys: String, CodingKey {
      case box, score, decision, identity, distance, threshold, search, quality, also, candidates
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

  init(file: String, _ result: Result<Faced_V1_IdentifyResponse, PhotographQuestions.Refused>) {
    self.file = file
    switch result {
    case .failure(let refused):
      error = refused.error
      faces = []
      model = nil
    case .success(let response):
      error = nil
      model = response.model
      faces = response.faces.map(Face.init)
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

  /// - Parameter candidates: whether text lists them.
  func print(json: Bool, candidates: Bool) {
    if json { return Terminal.printJSON(self) }
    if let error { return Terminal.print("\(file): refused (\(error.reason)): \(error.message)") }
    for face in faces {
      let place = face.box.map { String(Int($0.rounded())) }.joined(separator: ",")
      Terminal.print("\(file): \(face.sentence)" + (faces.count > 1 ? "  [box \(place)]" : ""))
      guard candidates else { continue }
      for (number, candidate) in face.candidates.enumerated() {
        Terminal.print("  \(number + 1). \(candidate.identity)  \(String(format: "%.3f", candidate.distance))")
      }
    }
  }
}

extension IdentifyOutput.Face {
  init(_ face: Faced_V1_IdentifiedFace) {
    let isIdentified = face.decision == .identified
    self.init(
      box: [face.box.x, face.box.y, face.box.width, face.box.height], score: face.detectionScore,
      decision: isIdentified ? "IDENTIFIED" : "UNKNOWN",
      identity: isIdentified ? face.candidates.first?.displayName : nil,
      distance: face.candidates.first?.distance, threshold: face.threshold,
      search: face.searchMode == .approximate ? "APPROXIMATE" : "EXACT", quality: face.quality.overall,
      also: isIdentified
        ? face.candidates.dropFirst()
          .filter { $0.distance <= min(face.threshold, face.candidates[0].distance + Self.tie) }.map(\.displayName)
        : [],
      candidates: face.candidates.map {
        IdentifyOutput.Candidate(identity: $0.displayName, distance: $0.distance, name: $0.identity)
      })
  }

  /// Squared distances that differ by less say nothing about who it is: two pictures of one person differ by more.
  private static let tie = 0.1

  fileprivate var sentence: String {
    let threshold = String(format: "%.3f", threshold)
    guard let identity else {
      let nearest = candidates.first.map { "\($0.identity) at \(String(format: "%.3f", $0.distance))" }
      return "unknown  (nearest: \(nearest ?? "nobody is enrolled"); threshold \(threshold))"
    }
    let answer = "\(identity)  (distance \(String(format: "%.3f", distance ?? 0)) ≤ \(threshold))"
    guard !also.isEmpty else { return answer }
    let others = candidates.dropFirst().prefix(also.count)
      .map { "\($0.identity) at \(String(format: "%.3f", $0.distance))" }
    return answer + "  or \(others.joined(separator: ", or ")): too near to tell apart"
  }
}
