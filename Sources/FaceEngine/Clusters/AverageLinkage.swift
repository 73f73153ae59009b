internal import HeapModule

/// Agglomerative clustering by average linkage over a graph of near pairs.
///
/// The mean squared distance between the members of two groups of unit vectors needs only their sums:
/// 2 − 2·⟨S_a, S_b⟩ / (n_a·n_b). So groups are joined nearest first, exactly, without a matrix of distances.
struct AverageLinkage {
  private struct Pair: Comparable {
    let distance: Float
    let a: Int
    let b: Int
    /// Versions of both groups when the distance was computed; a pair of an older version is void.
    let versions: (Int, Int)
    static func < (x: Pair, y: Pair) -> Bool { (x.distance, x.a, x.b) < (y.distance, y.a, y.b) }
    static func == (x: Pair, y: Pair) -> Bool { x.distance == y.distance && x.a == y.a && x.b == y.b }
  }

  private let dimension: Int
  private let limit: Float
  private var sums: [Float]
  private var members: [[Int]]
  private var neighbours: [Set<Int>]
  private var versions: [Int]
  private var pairs: Heap<Pair> = []

  /// - Parameter limit: the mean squared distance up to which two groups are joined.
  init(_ values: [Float], dimension: Int, graph: FaceGraph, limit: Float) {
    self.dimension = dimension
    self.limit = limit
    sums = values
    members = (0..<graph.count).map { [$0] }
    neighbours = [Set<Int>](repeating: [], count: graph.count)
    versions = [Int](repeating: 0, count: graph.count)
    for edge in graph.edges where neighbours[edge.a].insert(edge.b).inserted {
      neighbours[edge.b].insert(edge.a)
      if edge.distance <= limit {
        pairs.insert(Pair(distance: edge.distance, a: edge.a, b: edge.b, versions: (0, 0)))
      }
    }
  }

  /// The groups, largest first; each one's members ascend.
  mutating func run() -> [[Int]] {
    while let pair = pairs.popMin() {
      guard versions[pair.a] == pair.versions.0, versions[pair.b] == pair.versions.1 else { continue }
      join(pair.a, pair.b)
    }
    return members.filter { !$0.isEmpty }.map { $0.sorted() }
      .sorted { $0.count != $1.count ? $0.count > $1.count : $0[0] < $1[0] }
  }

  /// Takes the group with fewer neighbours into the other.
  private mutating func join(_ x: Int, _ y: Int) {
    let (into, from) = neighbours[x].count >= neighbours[y].count ? (x, y) : (y, x)
    for component in 0..<dimension { sums[into * dimension + component] += sums[from * dimension + component] }
    members[into] += members[from]
    members[from] = []
    versions[into] += 1
    versions[from] = -1
    for other in neighbours[from] {
      neighbours[other].remove(from)
      guard other != into else { continue }
      neighbours[other].insert(into)
      neighbours[into].insert(other)
    }
    neighbours[from] = []
    neighbours[into].remove(from)
    for other in neighbours[into] {
      let distance = meanDistance(into, other)
      guard distance <= limit else { continue }
      pairs.insert(Pair(distance: distance, a: into, b: other, versions: (versions[into], versions[other])))
    }
  }

  private func meanDistance(_ a: Int, _ b: Int) -> Float {
    var product: Float = 0
    for component in 0..<dimension { product += sums[a * dimension + component] * sums[b * dimension + component] }
    return 2 - 2 * product / Float(members[a].count * members[b].count)
  }
}
