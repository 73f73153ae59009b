package import FaceNet
internal import FoundationEssentials

/// What one recipe reached, as a line of a report.
package struct ComparisonRow: Codable, Hashable, Sendable {
  package var name: String
  package var architecture: String
  /// What was minimised, for people.
  package var loss: String
  /// Pictures seen in training.
  package var images: Int
  /// On the validation identities: VAL at FAR 1e-3, and the mean of both rates of right decisions. Choices go by these.
  package var validationRate: Double
  package var validationAccuracy: Double
  /// By LFW's protocol, to be reported and never to be chosen by.
  package var protocolReport: VerificationReport
  /// Of the protocol's VAL over its folds.
  package var rateDeviation: Double
  /// Why there are no figures: the run was stopped as collapsed.
  package var collapsed: String?

  /// Evaluates a trained network.
  ///
  /// - Parameters:
  ///   - data: the pictures that it was trained on, with the validation identities among them.
  ///   - folds: from an embedder to the distances of the protocol's pairs.
  package init(
    checkpoint: String, data: FaceDataset, collapsed: String? = nil,
    folds: (Embedder) throws -> [[(distance: Float, same: Bool)]]
  ) throws {
    let saved = try EmbeddingCheckpoint(path: checkpoint)
    let recipe = saved.recipe
    let embedder = try Embedder(try ModelExport.file(checkpoint: checkpoint))
    let split = IdentitySplit(identity: data.identity, share: recipe.pictures.validationShare, seed: recipe.seed)
    let scores = try ValidationPictures(data: data, split: split).scores(embedder)
    name = recipe.name
    architecture = recipe.architecture
    loss = recipe.lossInWords
    images = saved.images
    validationRate = scores.validationRate(atFalseAcceptRate: 1e-3)
    validationAccuracy = scores.balancedAccuracy()
    protocolReport = VerificationReport(folds: try folds(embedder))
    rateDeviation = protocolReport.validationRateDeviation
    self.collapsed = collapsed
  }

  package init(json bytes: [UInt8]) throws { self = try JSONDecoder().decode(ComparisonRow.self, from: Data(bytes)) }

  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  /// Rows as a Markdown table, in their order.
  package static func table(_ rows: [ComparisonRow]) -> String {
    func digits(_ value: Double) -> String {
      let thousandths = Int((value * 1000).rounded())
      let rest = String(thousandths % 1000)
      return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
    let head = [
      "| recipe | network | loss | pictures seen | validation VAL | validation accuracy | LFW accuracy | LFW VAL | LFW EER |",
      "|---|---|---|---|---|---|---|---|---|",
    ]
    let lines = rows.map { row in
      let report = row.protocolReport
      return "| `\(row.name)` | \(row.architecture) | \(row.loss)\(row.collapsed == nil ? "" : "; **collapsed**") "
        + "| \(row.images) | \(digits(row.validationRate)) | \(digits(row.validationAccuracy)) "
        + "| \(digits(report.accuracy)) ± \(digits(report.accuracyDeviation)) "
        + "| \(digits(report.validationRate)) ± \(digits(row.rateDeviation)) | \(digits(report.equalErrorRate)) |"
    }
    return (head + lines).joined(separator: "\n")
  }
}

extension Recipe {
  /// What the recipe minimises, in a few words.
  var lossInWords: String {
    var parts: [String] = []
    if triplets.weight > 0 {
      parts.append("triplets, \(triplets.selection.rawValue)\(triplets.offline == nil ? "" : ", offline")")
    }
    if pairs != nil { parts.append("pairs") }
    if targetWeight > 0 { parts.append("target vectors") }
    return parts.joined(separator: " + ") + (start.map { ", from `\($0)`" } ?? "")
  }
}
