internal import HeapModule

/// Agglomerative clustering by average linkage over a graph of near pairs.
///
/// The mean squared distance between the members of two groups of unit vectors needs only their sums:
/// 2 − 2·⟨S_a, S_b⟩ / (n_a·n_b). So groups are joined exactly, without a matrix of distances: first those that lie furthest
/// below their limit. A group stands at the place of one of its faces.
///
/// `@unchecked Sendable`: one job uses it at a time, each after the one before has ended.
final class AverageLinkage: @unchecked Sendable {
  private struct Pair: Comparable {
    /// The distance less its limit.
    let excess: Float
    let a: Int32
    let b: Int32
    /// Versions of both groups when the distance was computed; a pair of an older version is void.
    let versionOfA: Int32
    let versionOfB: Int32
    static func < (x: Pair, y: Pair) -> Bool { (x.excess, x.a, x.b) < (y.excess, y.a, y.b) }
  }

  private let dimension: Int
  private let limit: JoiningLimit
  private var sums: [Float]
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
    sums = values
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
  func join(_ edges: some Sequence<FaceGraph.Edge>) {
    for edge in edges {
      let (a, b) = (place(edge.a), place(edge.b))
      guard a != b else { continue }
      neighbours[Int(a)].append(b)
      neighbours[Int(b)].append(a)
      consider(a, b)
    }
    while let pair = pairs.popMin() {
      guard versions[Int(pair.a)] == pair.versionOfA, versions[Int(pair.b)] == pair.versionOfB else { continue }
      join(pair.a, pair.b)
    }
  }

  /// The places of groups of several, and their directions as rows of unit vectors.
  func directions() -> (places: [Int32], values: [Float]) {
    var (places, values): ([Int32], [Float]) = ([], [])
    for place in into.indices where into[place] == Int32(place) && counts[place] > 1 {
      let sum = sums[place * dimension..<(place + 1) * dimension]
      let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 1e-3 else { continue }
      places.append(Int32(place))
      values += sum.map { $0 / length }
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

  private func place(_ group: Int32) -> Int32 {
    var group = group
    while into[Int(group)] != group {
      into[Int(group)] = into[Int(into[Int(group)])]
      group = into[Int(group)]
    }
    return group
  }

  private func join(_ x: Int32, _ y: Int32) {
    let (a, b) = counts[Int(x)] >= counts[Int(y)] ? (Int(x), Int(y)) : (Int(y), Int(x))
    for component in 0..<dimension { sums[a * dimension + component] += sums[b * dimension + component] }
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
      consider(Int32(a), group)
    }
  }

  private func consider(_ a: Int32, _ b: Int32) {
    let excess = meanDistance(Int(a), Int(b)) - limit(Int(counts[Int(a)]), Int(counts[Int(b)]))
    guard excess <= 0 else { return }
    pairs.insert(
      Pair(excess: excess, a: a, b: b, versionOfA: versions[Int(a)], versionOfB: versions[Int(b)]))
  }

  private func meanDistance(_ a: Int, _ b: Int) -> Float {
    let product = sums.withUnsafeBufferPointer { sums in
      Self.product(sums.baseAddress! + a * dimension, sums.baseAddress! + b * dimension, dimension)
    }
    return 2 - 2 * product / (Float(counts[a]) * Float(counts[b]))
  }

  /// Eight sums side by side, which the compiler makes vector instructions of.
  private static func product(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ count: Int) -> Float {
    var sum = SIMD8<Float>.zero
    var place = 0
    while place + 8 <= count {
      let a = UnsafeRawPointer(x + place).loadUnaligned(as: SIMD8<Float>.self)
      let b = UnsafeRawPointer(y + place).loadUnaligned(as: SIMD8<Float>.self)
      sum += a * b
      place += 8
    }
    var rest: Float = 0
    while place < count {
      rest += x[place] * y[place]
      place += 1
    }
    return sum.sum() + rest
  }
}
