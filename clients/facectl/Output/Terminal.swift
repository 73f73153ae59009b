import Foundation

/// What is printed: answers on standard output, everything else on standard error.
enum Terminal {
  static func printJSON(_ value: some Encodable) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else {
      return error("an answer could not be written as JSON")
    }
    // Not print(): a reader at the other end of a pipe gets each object when it is known.
    FileHandle.standardOutput.write(data + Data("\n".utf8))
  }

  static func error(_ text: String) {
    FileHandle.standardError.write(Data("facectl: \(text)\n".utf8))
  }

  static func note(_ text: String) {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
  }

  static var standardErrorIsInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  /// Rows under a header, each column as wide as its widest cell.
  static func printTable(_ header: [String], _ rows: [[String]]) {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    for row in all {
      let cells = row.enumerated().map { column, cell in
        column == row.count - 1 ? cell : cell.padding(toLength: widths[column], withPad: " ", startingAt: 0)
      }
      print(cells.joined(separator: "  "))
    }
  }
}
