internal import HeapModule

/// Agglomerative clustering by average linkage over a graph of near pairs.
///
/// The mean squared distance between the members of two groups of unit vectors needs only their sums:
/// 2 − 2·⟨S_a, S_b⟩ / (n_a·n_b). So groups are joined exactly, without a matrix of distances: first those that lie furthest
/// below their limit. A group stands at the place of one of its faces.
///
/// Each group wishes for one of its near groups, the one that lies furthest below the limit. A pair changes only when one of the two
/// does, and that one then looks at all near groups anew; so of all pairs the one furthest below its limit is somebody's wish. A wish
/// for a group that has changed since is at most too good, and so comes up early enough to be made anew (Müllner 2011, "generic
/// algorithm").
struct AverageLinkage: Sendable {
  private struct Wish: Comparable {
    /// The distance less its limit.
    let excess: Float
    let group: Int32
    let other: Int32
    /// Versions of both when the wish was made.
    let version: Int32
    let versionOfOther: Int32
    static func < (x: Wish, y: Wish) -> Bool {
      x.excess != y.excess ? x.excess < y.excess : x.group != y.group ? x.group < y.group : x.other < y.other
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
  /// The look that last saw a group.
  private var seenBy: [Int32]
  private var looks: Int32 = 0
  private var joined = 0
  private var wishes: Heap<Wish> = []

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
  mutating func join(_ edges: [FaceGraph.Edge]) {
    var degrees = [Int](repeating: 0, count: into.count)
    for edge in edges {
      degrees[Int(edge.a)] += 1
      degrees[Int(edge.b)] += 1
    }
    for (place, degree) in degrees.enumerated() where degree > 0 { neighbours[place].reserveCapacity(degree) }
    for edge in edges {
      neighbours[Int(edge.a)].append(edge.b)
      neighbours[Int(edge.b)].append(edge.a)
    }
    if joined == 0 {
      wishForNearest(edges)
    } else {
      for place in degrees.indices where degrees[place] > 0 { look(from: place) }
    }
    while let wish = wishes.popMin() {
      guard versions[Int(wish.group)] == wish.version else { continue }
      if versions[Int(wish.other)] == wish.versionOfOther {
        join(wish.group, wish.other)
      } else {
        look(from: Int(wish.group))
      }
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

  /// What `look` would find while every face is a group: the edges have the distances.
  private mutating func wishForNearest(_ edges: [FaceGraph.Edge]) {
    var nearest = [(distance: Float, other: Int32)](repeating: (.infinity, -1), count: into.count)
    for edge in edges {
      for (one, other) in [(Int(edge.a), edge.b), (Int(edge.b), edge.a)]
      where (edge.squaredDistance, other) < (nearest[one].distance, nearest[one].other) {
        nearest[one] = (edge.squaredDistance, other)
      }
    }
    for (place, near) in nearest.enumerated() where near.other >= 0 {
      let excess = near.distance - limit(1, 1)
      guard excess <= 0 else { continue }
      wishes.insert(
        Wish(excess: excess, group: Int32(place), other: near.other, version: 0, versionOfOther: 0))
    }
  }

  private mutating func join(_ x: Int32, _ y: Int32) {
    joined += 1
    let (a, b) = counts[Int(x)] >= counts[Int(y)] ? (Int(x), Int(y)) : (Int(y), Int(x))
    for eight in 0..<width { sums[a * width + eight] += sums[b * width + eight] }
    counts[a] += counts[b]
    into[b] = Int32(a)
    next[Int(last[a])] = Int32(b)
    last[a] = last[b]
    versions[a] += 1
    versions[b] = -1
    neighbours[a] += neighbours[b]
    neighbours[b] = []
    look(from: a)
  }

  /// Makes a group's wish anew, where it has one: of all near groups, each where it is by now.
  private mutating func look(from group: Int) {
    looks += 1
    var near = neighbours[group]
    neighbours[group] = []
    var (kept, best, nearest) = (0, Float(0), Int32(-1))
    for at in near.indices {
      let other = place(near[at])
      guard other != Int32(group), seenBy[Int(other)] != looks else { continue }
      seenBy[Int(other)] = looks
      near[kept] = other
      kept += 1
      let excess = excess(group, Int(other))
      guard excess < best || (excess == best && (nearest < 0 || other < nearest)) else { continue }
      (best, nearest) = (excess, other)
    }
    near.removeSubrange(kept...)
    neighbours[group] = near
    guard nearest >= 0 else { return }
    wishes.insert(
      Wish(
        excess: best, group: Int32(group), other: nearest, version: versions[group],
        versionOfOther: versions[Int(nearest)]))
  }

  private func excess(_ a: Int, _ b: Int) -> Float {
    meanDistance(a, b) - limit(Int(counts[a]), Int(counts[b]))
  }

  private func meanDistance(_ a: Int, _ b: Int) -> Float {
    // Two sums at a time hide each other's latency.
    var (even, odd) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
    for eight in stride(from: 0, to: width - 1, by: 2) {
      even += sums[a * width + eight] * sums[b * width + eight]
      odd += sums[a * width + eight + 1] * sums[b * width + eight + 1]
    }
    if width % 2 == 1 { even += sums[(a + 1) * width - 1] * sums[(b + 1) * width - 1] }
    return 2 - 2 * (even + odd).sum() / (Float(counts[a]) * Float(counts[b]))
  }
}
