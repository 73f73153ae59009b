import Foundation
import VectorIndex

/// The nearest neighbours of a query among the vectors of a NumPy file.
///
///     neighbours vectors.npy 17      # the ten rows that are nearest to row 17
///
/// The file holds n × d little-endian 32-bit floats, C order. Rows are scaled to length 1.
@main enum Neighbours {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let row = Int(arguments[2]) else { fail("usage: neighbours FILE.npy ROW") }
    let (vectors, dimension) = try read(arguments[1])
    let count = vectors.count / max(1, dimension)
    guard VectorIndex.dimensions.contains(dimension), (0..<count).contains(row) else {
      fail("the file has \(count) rows of \(dimension) numbers")
    }
    let index = VectorIndex(dimension: dimension, options: IndexOptions(threads: 2))
    try index.add(contentsOf: (0..<count).map(UInt64.init), vectors: vectors)
    index.waitForTraining()
    let query = Array(vectors[row * dimension..<(row + 1) * dimension])
    let result = try index.search(query, count: 11)
    print(result.isCertified ? "the first is proven to be the nearest" : "approximate")
    for match in result.matches where match.id != UInt64(row) { print(match.id, match.squaredDistance) }
  }

  /// The numbers of a .npy file, version 1, with every row at length 1.
  static func read(_ path: String) throws -> (vectors: [Float], dimension: Int) {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    guard bytes.count > 10, bytes.starts(with: [0x93] + Array("NUMPY".utf8) + [1]) else {
      fail("not a .npy file, version 1")
    }
    let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    let header = String(decoding: bytes[10..<min(start, bytes.count)], as: UTF8.self)
    let shape = header.matches(of: #/\((\d+), (\d+)\)/#).compactMap { Int($0.2) }
    guard header.contains("'<f4'"), header.contains("False"), let dimension = shape.first, dimension > 0 else {
      fail("the array must be n × d of '<f4' in C order")
    }
    var vectors = bytes[start...].withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    for first in stride(from: 0, through: vectors.count - dimension, by: dimension) {
      let norm = vectors[first..<first + dimension].reduce(0) { $0 + $1 * $1 }.squareRoot()
      for place in first..<first + dimension { vectors[place] /= norm }
    }
    return (vectors, dimension)
  }

  static func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("\(message)\n".utf8))
    exit(2)
  }
}
