/// How a model does for groups of pictures, at thresholds that are the same for all.
package struct GroupReport: Codable, Sendable {
  /// A rate, half the width of its 95 % interval, and of how many trials it is.
  package struct Measured: Codable, Sendable {
    package var rate: Double
    package var margin: Double
    package var trials: Int
  }

  package struct Row: Codable, Sendable {
    package var attribute: String
    package var group: String
    package var pictures: Int
    /// Right decisions about pairs, both kinds weighing the same, at the threshold that is best for all pictures.
    package var accuracy: Double?
    /// VAL at a FAR of 1e-3 among the group's own pictures.
    package var validationRate: Double?
    /// Pairs of one person that are refused, and pairs of two that are accepted, at the threshold of FAR 1e-3 over all.
    package var falseNonMatch: Measured?
    package var falseMatch: Measured?
    /// Questions about enrolled people that are not answered with them, and strangers who are taken for somebody, at the
    /// threshold where one stranger's question in a hundred is answered over all.
    package var missed: Measured?
    package var strangersAccepted: Measured?
  }

  package var model: String
  package var pictures: Int
  package var people: Int
  /// People who are enrolled for the last two columns.
  package var enrolled: Int
  package var rows: [Row]
  package var rivals: [Rival]
  /// What could not be measured, and why.
  package var unmeasured: [String]

  /// Another way of comparing the same embeddings, or the paper's, by LFW's protocol.
  package struct Rival: Codable, Sendable {
    package var name: String
    package var accuracy: Double
    package var accuracyDeviation: Double
    package var validationRate: Double
    package var validationRateDeviation: Double
    package var equalErrorRate: Double
  }

  /// As Markdown tables.
  package var markdown: String {
    func number(_ value: Double?) -> String { value.map { Self.digits($0, 3) } ?? "–" }
    func measured(_ value: Measured?, _ digits: Int = 3) -> String {
      value.map { "\(Self.digits($0.rate, digits)) ± \(Self.digits($0.margin, digits))" } ?? "–"
    }
    var lines = [
      "| | group | pictures | accuracy | VAL | FNMR | FMR | missed | strangers accepted |",
      "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows {
      lines.append(
        "| \(row.attribute) | \(row.group) | \(row.pictures) | \(number(row.accuracy)) | \(number(row.validationRate)) "
          + "| \(measured(row.falseNonMatch)) | \(measured(row.falseMatch, 4)) | \(measured(row.missed)) "
          + "| \(measured(row.strangersAccepted)) |")
    }
    if !rivals.isEmpty {
      lines += ["", "| compared by | accuracy | VAL | equal error rate |", "|---|---|---|---|"]
      for rival in rivals {
        lines.append(
          "| \(rival.name) | \(Self.digits(rival.accuracy, 3)) ± \(Self.digits(rival.accuracyDeviation, 3)) "
            + "| \(Self.digits(rival.validationRate, 3)) ± \(Self.digits(rival.validationRateDeviation, 3)) "
            + "| \(Self.digits(rival.equalErrorRate, 3)) |")
      }
    }
    if !unmeasured.isEmpty { lines += ["", "Not measured:"] + unmeasured.map { "- \($0)" } }
    return lines.joined(separator: "\n")
  }

  private static func digits(_ value: Double, _ count: Int) -> String {
    let factor = (0..<count).reduce(1.0) { result, _ in result * 10 }
    let whole = Int((value * factor).rounded())
    let rest = String(whole % Int(factor))
    return "\(whole / Int(factor))." + String(repeating: "0", count: count - rest.count) + rest
  }
}
