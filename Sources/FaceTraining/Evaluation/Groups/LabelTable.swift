internal import FaceNet

/// What is known of pictures: CSV with a header line, `file` and one column for each grouping; an empty field is not known.
package struct LabelTable: Sendable {
  private let attributes: [String]
  private var rows: [String: [String]] = [:]

  package init(path: String) throws(TrainingError) {
    let bytes: [UInt8]
    do {
      bytes = try FileBytes.read(path, limit: 256 << 20)
    } catch {
      throw TrainingError(.unreadable, "the labels: \(error)")
    }
    try self.init(text: String(decoding: bytes, as: UTF8.self), name: path)
  }

  package init(text: String, name: String) throws(TrainingError) {
    let lines = text.split(whereSeparator: \.isNewline).map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let header = lines.first, header.count > 1, header[0] == "file" else {
      throw TrainingError(.badData, "'\(name)' must begin with a line 'file,' and the names of its columns")
    }
    attributes = Array(header.dropFirst())
    for (number, line) in lines.enumerated().dropFirst() {
      guard line.count == header.count else {
        throw TrainingError(.badData, "line \(number + 1) of '\(name)' has \(line.count) fields, not \(header.count)")
      }
      rows[line[0]] = Array(line.dropFirst())
    }
  }

  /// Column by column what is known of each of the files.
  package func columns(_ files: [String]) -> [(attribute: String, values: [String?])] {
    attributes.enumerated().map { column, attribute in
      let values = files.map { file in rows[file].flatMap { $0[column].isEmpty ? nil : $0[column] } }
      return (attribute: attribute, values: values)
    }
  }
}
