internal import VectorIndex

/// Which faces are near which: the pairs within a distance among each face's nearest neighbours.
struct FaceGraph: Sendable {
  struct Edge: Sendable {
    let a: Int
    let b: Int
    let distance: Float
  }

  let count: Int
  /// Each pair once, `a < b`.
  let edges: [Edge]

  /// Neighbours asked for of each face: more than people have faces that are each other's nearest.
  static let neighbours = 48

  /// - Parameters:
  ///   - values: rows of unit vectors.
  ///   - within: the greatest squared distance of an edge.
  init(_ values: [Float], dimension: Int, within limit: Float) throws(IndexError) {
    count = values.count / dimension
    let index = VectorIndex(dimension: dimension)
    try index.add(contentsOf: (0..<count).map(UInt64.init), vectors: values)
    var edges: [Edge] = []
    for row in 0..<count {
      let probe = Array(values[row * dimension..<(row + 1) * dimension])
      let near = try index.search(probe, count: min(Self.neighbours, count)).matches
      for match in near where Int(match.id) != row && match.squaredDistance <= limit {
        let (a, b) = (min(row, Int(match.id)), max(row, Int(match.id)))
        // A pair that both ends name comes twice; merging does not mind.
        edges.append(Edge(a: a, b: b, distance: match.squaredDistance))
      }
    }
    self.edges = edges
  }
}
