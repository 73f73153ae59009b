import Foundation
import Images

/// What the demonstration shows: lines, a table, and a sheet of pictures.
enum Report {
  static func say(_ text: String) {
    let trimmed = text.trimmingCharacters(in: .newlines)
    FileHandle.standardOutput.write(Data((trimmed + "\n").utf8))
  }

  static func heading(_ text: String) { say("\n== \(text)") }

  static func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }

  static func distance(_ value: Double) -> String { String(format: "%.2f", value) }

  static func seconds(_ duration: Duration) -> String {
    String(
      format: "%.1f s", Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18)
  }

  /// One row for each picture: who it is, and what each model answered.
  static func table(_ answers: [Answers]) {
    heading("what was asked and answered")
    let files = answers.last?.rows.map(\.file) ?? []
    var lines = [["PICTURE", "SHOWS"] + answers.map { $0.title.uppercased() }]
    for file in files {
      let rows = answers.compactMap { $0.rows.first { $0.file == file } }
      let name = file.split(separator: "/").suffix(2).joined(separator: "/")
      lines.append([name, rows.last?.truth ?? "a stranger"] + rows.map(answer))
    }
    let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    for line in lines {
      say(zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  "))
    }
    for answer in answers { say("\(answer.title): \(answer.summary)") }
  }

  static func contactSheet(_ answers: Answers, to path: String) throws {
    let cells = try answers.rows.map { row in
      let data = FileManager.default.contents(atPath: row.file) ?? Data()
      let verdict: ContactSheet.Verdict =
        switch row.verdict {
        case .right: .right
        case .wrong: .wrong
        case .unknown, .refused: .plain
        }
      return ContactSheet.Cell(
        image: try ImageDecoder.decode([UInt8](data)), captions: [row.truth ?? "a stranger", "> " + answer(row)],
        verdict: verdict)
    }
    let sheet = ContactSheet(title: "faced: who is this?", cells: cells).render()
    try Data(try sheet.encodePNG()).write(to: URL(fileURLWithPath: path))
  }

  private static func answer(_ row: Answers.Row) -> String {
    if let error = row.reply.error { return error.reason }
    let distance = row.reply.faces.first?.distance.map { " " + Self.distance($0) } ?? ""
    let mark = row.verdict == .wrong ? " WRONG" : ""
    return (row.answer ?? "unknown") + distance + mark
  }
}
