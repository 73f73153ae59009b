internal import VectorIndex

/// Which faces, or groups of faces, are near which: each with its nearest neighbours.
struct FaceGraph: Sendable {
  struct Edge: Sendable {
    let a: Int32
    let b: Int32
    let squaredDistance: Float
  }

  /// Neighbours asked for of each, itself included. A group inherits those of all its faces, and the groups are asked for theirs
  /// in a second round, so that few are enough.
  static let neighbours = 8
  /// Below this many every vector is compared, which is about as fast as training lists for them.
  private static let exactBelow = 4_000
  /// Lists that a search looks into. Fixed: to measure how many a wanted recall takes costs more than all the searches, and the
  /// faces of one person, which matter here, lie in few lists.
  private static let probes = 16
  /// Candidates of a search that are compared closely.
  private static let candidates = 64

  private let values: [Float]
  private let dimension: Int
  private let index: VectorIndex
  /// The row of each id of the index; nil where they are the same.
  private let rows: [UInt64: Int32]?

  /// Trains for a while where there are many.
  ///
  /// - Parameter values: rows of unit vectors.
  init(_ values: [Float], dimension: Int, threads: Int) throws(IndexError) {
    self.values = values
    self.dimension = dimension
    rows = nil
    index = VectorIndex(
      dimension: dimension,
      options: IndexOptions(exactBelow: Self.exactBelow, probes: .fixed(Self.probes), threads: threads))
    try index.add(contentsOf: (0..<values.count / dimension).map(UInt64.init), vectors: values)
    index.waitForTraining()
  }

  /// The same over an index that has lists of these vectors already, and perhaps others.
  ///
  /// - Parameter ids: of the rows.
  init(_ values: [Float], ids: [UInt64], in index: VectorIndex) {
    self.values = values
    dimension = index.dimension
    self.index = index
    rows = Dictionary(uniqueKeysWithValues: zip(ids, 0...))
  }

  var count: Int { values.count / dimension }

  /// The edges of some rows. A pair that both ends name comes twice.
  func edges(of part: Range<Int>) throws(IndexError) -> [Edge] {
    var edges: [Edge] = []
    edges.reserveCapacity(part.count * (Self.neighbours - 1))
    for row in part {
      let probe = Array(values[row * dimension..<(row + 1) * dimension])
      let found = try index.search(
        probe, count: min(Self.neighbours, count), probes: Self.probes, candidates: Self.candidates, certifies: false)
      for match in found.matches {
        let other = rows.map { $0[match.id] } ?? Int32(match.id)
        guard let other, other != Int32(row) else { continue }
        edges.append(Edge(a: Int32(row), b: other, squaredDistance: match.squaredDistance))
      }
    }
    return edges
  }
}
