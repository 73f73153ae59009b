internal import VectorIndex

/// Which faces, or groups of faces, are near which: each with its nearest neighbours.
struct FaceGraph: Sendable {
  struct Edge: Sendable {
    let a: Int32
    let b: Int32
  }

  /// Neighbours asked for of each, itself included. A group inherits those of all its faces, and the groups are asked for theirs
  /// in a second round, so that few are enough.
  static let neighbours = 10
  /// Below this many every vector is compared, which is about as fast as training lists for them.
  private static let exactBelow = 10_000
  /// Lists that a search looks into. Fixed: to measure how many a wanted recall takes costs more than all the searches, and the
  /// faces of one person, which matter here, lie in few lists.
  private static let probes = 24
  /// Candidates of a search that are compared closely.
  private static let candidates = 100

  private let values: [Float]
  private let dimension: Int
  private let index: VectorIndex

  /// Trains for a while where there are many.
  ///
  /// - Parameter values: rows of unit vectors.
  init(_ values: [Float], dimension: Int, threads: Int) throws(IndexError) {
    self.values = values
    self.dimension = dimension
    index = VectorIndex(
      dimension: dimension,
      options: IndexOptions(
        exactBelow: Self.exactBelow, probes: .fixed(Self.probes), rerank: Self.candidates, threads: threads,
        certifies: false))
    try index.add(contentsOf: (0..<values.count / dimension).map(UInt64.init), vectors: values)
    index.waitForTraining()
  }

  var count: Int { values.count / dimension }

  /// The edges of some rows. A pair that both ends name comes twice.
  func edges(of rows: Range<Int>) throws(IndexError) -> [Edge] {
    var edges: [Edge] = []
    edges.reserveCapacity(rows.count * (Self.neighbours - 1))
    for row in rows {
      let probe = Array(values[row * dimension..<(row + 1) * dimension])
      for match in try index.search(probe, count: min(Self.neighbours, count)).matches where Int(match.id) != row {
        edges.append(Edge(a: Int32(row), b: Int32(match.id)))
      }
    }
    return edges
  }
}
