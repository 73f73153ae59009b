internal import HeapModule

/// Agglomerative clustering by average linkage over a graph of near pairs.
///
/// The mean squared distance between the members of two groups of unit vectors needs only their sums:
/// 2 − 2·⟨S_a, S_b⟩ / (n_a·n_b). So groups are joined exactly, without a matrix of distances: first those that lie furthest
/// below their limit. A group stands at the place of one of its faces.
struct AverageLinkage: Sendable {
  private struct Pair: Comparable {
    /// The distance less its limit.
    let excess: Float
    let a: Int32
    let b: Int32
    /// Versions of both groups when the distance was computed; a pair of an older version is void.
    let versionOfA: Int32
    let versionOfB: Int32
    static func < (x: Pair, y: Pair) -> Bool {
      x.excess != y.excess ? x.excess < y.excess : x.a != y.a ? x.a < y.a : x.b < y.b
    }
  }

  /// A row of a sum is so many eights, the last filled up with zeros.
  private let width: Int
  private let dimension: Int
  private let limit: JoiningLimit
  private var sums: [SIMD8<Float>]
  private var counts: [Int32]
  /// Where a group went that was joined to another; its own place otherwise.
  private var into: [Int32]
  private var versions: [Int32]
  /// Places of near groups, as they were when they were noted.
  private var neighbours: [[Int32]]
  /// The members of a group are a chain of faces.
  private var next: [Int32]
  private var last: [Int32]
  /// The join that last saw a group.
  private var seenBy: [Int32]
  private var joins: Int32 = 0
  private var pairs: Heap<Pair> = []

  /// Every face is a group.
  init(_ values: [Float], dimension: Int, limit: JoiningLimit) {
    let count = values.count / dimension
    self.dimension = dimension
    self.limit = limit
    width = (dimension + 7) / 8
    sums = []
    sums.reserveCapacity(count * width)
    for row in 0..<count {
      for place in stride(from: row * dimension, to: (row + 1) * dimension, by: 8) {
        var eight = SIMD8<Float>.zero
        for lane in 0..<min(8, (row + 1) * dimension - place) { eight[lane] = values[place + lane] }
        sums.append(eight)
      }
    }
    counts = [Int32](repeating: 1, count: count)
    into = (0..<Int32(count)).map { $0 }
    versions = [Int32](repeating: 0, count: count)
    neighbours = [[Int32]](repeating: [], count: count)
    next = [Int32](repeating: -1, count: count)
    last = into
    seenBy = [Int32](repeating: 0, count: count)
  }

  /// Joins groups that are near, nearest first.
  ///
  /// - Parameter edges: between places of groups.
  mutating func join(_ edges: some Sequence<FaceGraph.Edge>) {
    // Each pair once, whichever end named it, and one row after the other.
    var ends: [UInt64] = []
    for edge in edges {
      let (a, b) = (place(edge.a), place(edge.b))
      if a != b { ends.append(UInt64(min(a, b)) << 32 | UInt64(max(a, b))) }
    }
    ends.sort()
    var near: [Pair] = []
    for (number, pair) in ends.enumerated() where number == 0 || pair != ends[number - 1] {
      let (a, b) = (Int32(pair >> 32), Int32(truncatingIfNeeded: pair))
      neighbours[Int(a)].append(b)
      neighbours[Int(b)].append(a)
      if let pair = considered(a, b) { near.append(pair) }
    }
    pairs = Heap(near)
    while let pair = pairs.popMin() {
      guard versions[Int(pair.a)] == pair.versionOfA, versions[Int(pair.b)] == pair.versionOfB else { continue }
      join(pair.a, pair.b)
    }
  }

  /// The places of groups of several, and their directions as rows of unit vectors.
  func directions() -> (places: [Int32], values: [Float]) {
    var (places, values): ([Int32], [Float]) = ([], [])
    for place in into.indices where into[place] == Int32(place) && counts[place] > 1 {
      let sum = sums[place * width..<(place + 1) * width]
      let length = sum.reduce(SIMD8<Float>.zero) { $0 + $1 * $1 }.sum().squareRoot()
      guard length > 1e-3 else { continue }
      places.append(Int32(place))
      for component in 0..<dimension { values.append(sum[place * width + component / 8][component % 8] / length) }
    }
    return (places, values)
  }

  /// The groups, largest first; each one's members ascend.
  func groups() -> [[Int]] {
    var groups: [[Int]] = []
    for place in into.indices where into[place] == Int32(place) {
      var members: [Int] = []
      var face = Int32(place)
      while face >= 0 {
        members.append(Int(face))
        face = next[Int(face)]
      }
      groups.append(members.sorted())
    }
    return groups.sorted { $0.count != $1.count ? $0.count > $1.count : $0[0] < $1[0] }
  }

  private mutating func place(_ group: Int32) -> Int32 {
    var group = group
    while into[Int(group)] != group {
      into[Int(group)] = into[Int(into[Int(group)])]
      group = into[Int(group)]
    }
    return group
  }

  private mutating func join(_ x: Int32, _ y: Int32) {
    let (a, b) = counts[Int(x)] >= counts[Int(y)] ? (Int(x), Int(y)) : (Int(y), Int(x))
    for eight in 0..<width { sums[a * width + eight] += sums[b * width + eight] }
    counts[a] += counts[b]
    into[b] = Int32(a)
    next[Int(last[a])] = Int32(b)
    last[a] = last[b]
    versions[a] += 1
    versions[b] = -1
    joins += 1
    // Each near group once, where it is by now.
    var near: [Int32] = []
    for group in neighbours[a] + neighbours[b] {
      let group = place(group)
      guard group != Int32(a), seenBy[Int(group)] != joins else { continue }
      seenBy[Int(group)] = joins
      near.append(group)
    }
    neighbours[a] = near
    neighbours[b] = []
    for group in near {
      // Known from both sides, whoever joins next.
      neighbours[Int(group)].append(Int32(a))
      if let pair = considered(Int32(a), group) { pairs.insert(pair) }
    }
  }

  /// Nil where they are too far apart.
  private func considered(_ a: Int32, _ b: Int32) -> Pair? {
    let excess = meanDistance(Int(a), Int(b)) - limit(Int(counts[Int(a)]), Int(counts[Int(b)]))
    guard excess <= 0 else { return nil }
    return Pair(excess: excess, a: a, b: b, versionOfA: versions[Int(a)], versionOfB: versions[Int(b)])
  }

  private func meanDistance(_ a: Int, _ b: Int) -> Float {
    var products = SIMD8<Float>.zero
    for eight in 0..<width { products += sums[a * width + eight] * sums[b * width + eight] }
    return 2 - 2 * products.sum() / (Float(counts[a]) * Float(counts[b]))
  }
}
