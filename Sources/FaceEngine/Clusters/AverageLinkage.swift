internal import HeapModule
internal import VectorIndex

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

  private let dimension: Int
  private let limit: JoiningLimit
  /// A row of `width` numbers for each group.
  private var sums: [Float]
  private let width: Int
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
  /// The near groups that a look compares, and the products of their sums with its group's.
  private var others: [Int32] = []
  private var products: [Float] = []
  private var joined = 0
  private var wishes: Heap<Wish> = []

  /// Every face is a group.
  init(_ values: [Float], dimension: Int, limit: JoiningLimit) {
    let count = values.count / dimension
    self.dimension = dimension
    self.limit = limit
    width = RowProducts.width(dimension)
    if width == dimension {
      sums = values
    } else {
      sums = []
      sums.reserveCapacity(count * width)
      for row in 0..<count {
        sums += values[row * dimension..<(row + 1) * dimension]
        sums += repeatElement(0, count: width - dimension)
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
      let sum = sums[place * width..<place * width + dimension]
      let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 1e-3 else { continue }
      places.append(Int32(place))
      for component in sum { values.append(component / length) }
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
    for component in 0..<width { sums[a * width + component] += sums[b * width + component] }
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
    others.removeAll(keepingCapacity: true)
    for near in neighbours[group] {
      let other = place(near)
      guard other != Int32(group), seenBy[Int(other)] != looks else { continue }
      seenBy[Int(other)] = looks
      others.append(other)
    }
    neighbours[group].removeAll(keepingCapacity: true)
    neighbours[group] += others
    RowProducts.of(group, with: others, in: sums, width: width, into: &products)
    var (best, nearest) = (Float(0), Int32(-1))
    for (other, product) in zip(others, products) {
      let (a, b) = (counts[group], counts[Int(other)])
      let excess = 2 - 2 * product / (Float(a) * Float(b)) - limit(Int(a), Int(b))
      if excess < best || (excess == best && (nearest < 0 || other < nearest)) { (best, nearest) = (excess, other) }
    }
    guard nearest >= 0 else { return }
    wishes.insert(
      Wish(
        excess: best, group: Int32(group), other: nearest, version: versions[group],
        versionOfOther: versions[Int(nearest)]))
  }
}
