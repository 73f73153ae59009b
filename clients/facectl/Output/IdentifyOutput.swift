import FaceAPI
import Foundation

/// The answer for one photograph, as `--json` prints it.
struct IdentifyOutput: Encodable, Sendable {
  struct Face: Encodable, Sendable {
    /// x, y, width, height in pixels of the upright photograph.
    let box: [Double]
    let score: Double
    let decision: String
    /// The display name; null unless the decision is IDENTIFIED.
    let identity: String?
    /// The squared distance of the nearest candidate; null in an empty gallery.
    let distance: Double?
    let threshold: Double
    let search: String
    /// 0 to 1: how well the face suits recognition, by its weakest part.
    let quality: Double
    /// Where the decision is AMBIGUOUS, those between whom the model cannot tell: one person under several names, or people
    /// who look alike.
    let among: [String]
    let candidates: [Candidate]
    let basis: BasisOutput

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
      try container.encode(among, forKey: .among)
      try container.encode(candidates, forKey: .candidates)
      try container.encode(basis, forKey: .basis)
    }

    private enum CodingKeys: String, CodingKey {
      case box, score, decision, identity, distance, threshold, search, quality, among, candidates, basis
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
  let warnings: [WarningOutput]
  let error: ErrorOutput?

  init(file: String, _ result: Result<Faced_V1_IdentifyResponse, PhotographQuestions.Refused>) {
    self.file = file
    switch result {
    case .failure(let refused):
      error = refused.error
      faces = []
      model = nil
      warnings = []
    case .success(let response):
      error = nil
      model = response.model
      warnings = response.warnings.map(WarningOutput.init)
      faces = response.faces.map(Face.init)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(file, forKey: .file)
    try container.encode(faces, forKey: .faces)
    try container.encode(model, forKey: .model)
    try container.encode(warnings, forKey: .warnings)
    try container.encode(error, forKey: .error)
  }

  private enum CodingKeys: String, CodingKey { case file, faces, model, warnings, error }

  /// - Parameter candidates: whether text lists them.
  func print(json: Bool, candidates: Bool) {
    if json { return Terminal.printJSON(self) }
    if let error { return Terminal.print("\(file): refused (\(error.reason)): \(error.message)") }
    warnings.note(file)
    for face in faces {
      let place = face.box.map { String(Int($0.rounded())) }.joined(separator: ",")
      Terminal.print("\(file): \(face.sentence)" + (faces.count > 1 ? "  [box \(place)]" : ""))
      if let warning = face.basis.warning { Terminal.note("\(file): \(warning)") }
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
      decision: isIdentified ? "IDENTIFIED" : face.decision == .ambiguous ? "AMBIGUOUS" : "UNKNOWN",
      identity: isIdentified ? face.candidates.first?.displayName : nil,
      distance: face.candidates.first?.distance, threshold: face.threshold, search: Self.name(face.searchMode),
      quality: face.quality.overall, among: face.decision == .ambiguous ? Self.tied(face) : [],
      candidates: face.candidates.map {
        IdentifyOutput.Candidate(identity: $0.displayName, distance: $0.distance, name: $0.identity)
      }, basis: BasisOutput(face.basis))
  }

  private static func tied(_ face: Faced_V1_IdentifiedFace) -> [String] {
    guard let first = face.candidates.first else { return [] }
    return face.candidates.filter {
      $0.distance <= face.threshold && $0.distance - first.distance <= face.basis.ambiguityMargin
    }.map(\.displayName)
  }

  private static func name(_ mode: Faced_V1_SearchMode) -> String {
    switch mode {
    case .approximate: "APPROXIMATE"
    case .certified: "CERTIFIED"
    default: "EXACT"
    }
  }

  fileprivate var sentence: String {
    let threshold = String(format: "%.3f", threshold)
    if decision == "AMBIGUOUS" {
      let near = candidates.prefix(among.count)
        .map { "\($0.identity) at \(String(format: "%.3f", $0.distance))" }.joined(separator: ", or ")
      return "ambiguous  (\(near): too near to tell apart; threshold \(threshold))"
    }
    guard let identity else {
      let nearest = candidates.first.map { "\($0.identity) at \(String(format: "%.3f", $0.distance))" }
      return "unknown  (nearest: \(nearest ?? "nobody is enrolled"); threshold \(threshold))"
    }
    return "\(identity)  (distance \(String(format: "%.3f", distance ?? 0)) ≤ \(threshold))"
  }
}
