import FaceAPI
import FaceTypes
import SwiftProtobuf

/// A face on its way into a gallery, and what it is called where it is refused.
struct SourcedFace {
  let label: String
  let face: Faced_V1_PortableFace
}

/// Faces for an import, one after the other.
protocol FaceSource {
  mutating func next() throws -> SourcedFace?
}

/// A table of vectors, and a text file with a name in each line: whose vector the row is.
struct VectorFiles: FaceSource {
  private let vectors: NPYFile
  private let vectorsPath: String
  private let namesPath: String
  private var names: LineReader
  private var row = 0

  init(vectors: String, names: String) throws(TransferError) {
    (vectorsPath, namesPath) = (vectors, names)
    self.vectors = try NPYFile(vectors)
    self.names = try LineReader(names)
  }

  /// Reads both files to the end: open them anew to import them.
  ///
  /// - Returns: how many faces they are.
  /// - Throws: the first thing that is wrong.
  mutating func check(dimension: Int) throws(TransferError) -> Int {
    let rows = vectors.header.rows
    while let line = try names.next() { _ = try name(line, names.count) }
    guard names.count == rows else {
      throw .file("\(namesPath) has \(names.count) lines and \(vectorsPath) \(rows) rows; give one name for each row")
    }
    try vectors.check(dimension: dimension)
    return rows
  }

  mutating func next() throws -> SourcedFace? {
    guard row < vectors.header.rows, let line = try names.next() else { return nil }
    defer { row += 1 }
    let name = try name(line, names.count)
    let source = RawPath(vectorsPath).lastComponent
    let values = try vectors.row(row)
    return SourcedFace(
      label: "\(vectorsPath): row \(row)",
      face: .with {
        $0.displayName = name
        $0.vector.values = values
        // Long names are not worth a refusal.
        if source.utf8.count <= 250 { $0.source = "\(Printable.line(source)):\(row)" }
      })
  }

  private func name(_ line: String, _ number: Int) throws(TransferError) -> String {
    do { return try DisplayName(line).text } catch { throw .file("\(namesPath): line \(number): \(error.message)") }
  }
}
