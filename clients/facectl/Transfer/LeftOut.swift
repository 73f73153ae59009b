/// What an export does not hold, in sentences.
enum LeftOut {
  static func sentences(_ manifest: ExportFormat.Manifest) -> [String] {
    var sentences = [
      "vectors of models that are not active", "the history of corrections, and photographs that were deleted",
      "tokens, retention, audit log and models",
    ]
    func note(_ count: Int, _ what: String) {
      if count > 0 { sentences.insert("\(count) \(count == 1 ? "face has" : "faces have") \(what)", at: 0) }
    }
    note(manifest.withoutDigest, "no known photograph: enrolling it again after an import adds the face twice")
    note(manifest.faces - manifest.crops, "no crop: another model cannot take the face over")
    note(manifest.faces - manifest.vectors, "no vector under the active model")
    return sentences
  }
}
