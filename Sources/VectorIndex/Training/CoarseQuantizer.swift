internal import CVectorKernels
internal import Glibc

/// The centroids of the lists and the search among them, in two levels: groups of centroids, then the centroids of
/// the nearest groups; both in 8-bit codes, and in the subspace where centroids live.
///
/// The centroid *is* what its codes say, scaled to the list's length: residuals are taken from that, so rounding the
/// centroids costs nothing. Lists are ranked by the angle between query and centroid.
///
/// Constant after `init`; when lists are split, another one takes its place.
final class CoarseQuantizer: Sendable {
  /// A list's centroid: length · scale · codes.
  struct Centroid {
    var number: Int
    var codes: [Int8]
    var scale: Float
    var length: Float
  }

  let dimension: Int
  /// Centroids, which is the number of lists.
  let count: Int
  /// Numbers of lists are below this.
  let numberLimit: Int
  private let groups: ByteBlocks
  private let members: ByteBlocks
  private let largestGroup: Int
  /// By the number of the list; 0 for numbers that are not in use.
  private let lengths: [Float]
  /// By the number of the list: how long its centroid is, whose direction is not quite of norm 1 in codes.
  private let norms: [Float]
  /// By the number of the list: its group and its row there.
  private let places: [(group: UInt32, row: UInt32)]

  /// Centroids in a group, about: a search compares with as many groups as there are, and with the members of those
  /// that it visits.
  static let groupSize = 128
  /// Groups that a search visits, at least; all of them where there are not more.
  static let groupsVisited = 24

  /// Shortest centroid: a list whose vectors point every way still has a direction.
  static let leastLength: Float = 0.05

  /// Groups `centroids` (at least one) by k-means.
  convenience init(_ centroids: [Centroid], dimension: Int, seed: UInt64, threads: Int) {
    let count = centroids.count
    var values: [Float] = []
    values.reserveCapacity(count * dimension)
    for centroid in centroids { for d in 0..<dimension { values.append(Float(centroid.codes[d]) * centroid.scale) } }
    let points = PointSet(values: values, dimension: dimension)
    var generator = SplitMix64(seed: seed)
    let all = generator.sample(count, of: Array(0..<UInt32(count)))
    let groupCount = max(1, count / Self.groupSize)
    let means = KMeans(
      points, members: all, clusters: groupCount, iterations: groupCount > 1 ? 8 : 1, threads: threads,
      generator: &generator)
    let grouped = means.assign(points, Array(0..<UInt32(count)), threads: threads)
    let (order, starts) = Grouping.group(grouped, groups: groupCount)
    let groups = means.centroids.withUnsafeBufferPointer { centroids in
      (0..<groupCount).map { g in
        Centroid(number: g, direction: centroids.baseAddress! + g * dimension, dimension: dimension, length: 1)
      }
    }
    let members = (0..<groupCount).map { g in order[starts[g]..<starts[g + 1]].map { centroids[Int($0)] } }
    self.init(groups: groups, members: members, dimension: dimension)
  }

  /// Centroids that are grouped already.
  convenience init(groups: [Centroid], members: [[Centroid]], dimension: Int) {
    let blocks = ByteBlocks(counts: [groups.count], dimension: dimension)
    for (g, group) in groups.enumerated() { blocks.store(0, g, group.codes, scale: group.scale, tag: g) }
    self.init(groups: blocks, members: members, dimension: dimension)
  }

  private init(groups: ByteBlocks, members centroids: [[Centroid]], dimension: Int) {
    self.dimension = dimension
    self.groups = groups
    count = centroids.reduce(0) { $0 + $1.count }
    let numberLimit = (centroids.joined().map(\.number).max() ?? -1) + 1
    self.numberLimit = numberLimit
    let members = ByteBlocks(counts: centroids.map(\.count), dimension: dimension)
    var lengths = Array(repeating: Float(0), count: numberLimit)
    var norms = lengths
    var places = Array(repeating: (group: UInt32(0), row: UInt32(0)), count: numberLimit)
    for (g, group) in centroids.enumerated() {
      for (row, centroid) in group.enumerated() {
        members.store(g, row, centroid.codes, scale: centroid.scale, tag: centroid.number)
        lengths[centroid.number] = centroid.length
        let squares = centroid.codes.reduce(Int32(0)) { $0 + Int32($1) * Int32($1) }
        norms[centroid.number] = Float(squares).squareRoot() * centroid.scale * centroid.length
        places[centroid.number] = (UInt32(g), UInt32(row))
      }
    }
    self.members = members
    self.lengths = lengths
    self.norms = norms
    self.places = places
    largestGroup = centroids.map(\.count).max() ?? 0
  }

  /// The same centroids, but for some that others take the place of, in the same groups.
  func replacing(_ replaced: [Int: [Centroid]]) -> CoarseQuantizer {
    let members = groupMembers.map { group in group.flatMap { replaced[$0.number] ?? [$0] } }
    return CoarseQuantizer(groups: groups, members: members, dimension: dimension)
  }

  var groupCount: Int { groups.counts[0] }
  var bytes: Int { groups.bytes + members.bytes + numberLimit * 16 }

  /// The factor from a list's direction to its centroid.
  @inline(__always)
  func length(of list: Int) -> Float { lengths[list] }

  /// The norm of a list's centroid.
  func norm(of list: Int) -> Float { norms[list] }

  /// Whether there is a list of this number.
  func contains(_ list: Int) -> Bool {
    guard list < numberLimit else { return false }
    return lengths[list] != 0
  }

  /// Leaves the `wanted` nearest lists in `pool`, nearest first: their numbers, and minus the product of the query's
  /// codes with the centroid's direction.
  @inline(__always)
  func nearest(
    _ query: UnsafePointer<Int8>, offset: Int32, wanted: Int, groups pool: CandidatePool, lists: CandidatePool
  ) {
    lists.reset(wanted: min(wanted, count), room: largestGroup)
    if groupCount == 1 {
      members.scan(0, query, offset: offset, into: lists)
    } else {
      // Enough groups that those wanted are among a small part of what is looked at.
      let visited = min(groupCount, max(Self.groupsVisited, wanted / 8))
      pool.reset(wanted: visited, room: groupCount)
      groups.scan(0, query, offset: offset, into: pool)
      pool.settle()
      for i in 0..<pool.count { members.scan(Int(pool.tags[i]), query, offset: offset, into: lists) }
    }
    lists.settle()
    lists.sort()
    lists.truncate(wanted)
  }

  /// The group whose centroid is nearest, as an order in which neighbours are close to one another.
  func nearestGroup(
    _ query: UnsafePointer<Int8>, offset: Int32, scores: UnsafeMutablePointer<Float>,
    tags: UnsafeMutablePointer<UInt32>
  ) -> UInt32 {
    groups.nearest(0, query, offset: offset, scores: scores, tags: tags).tag
  }

  /// Reads the codes of a list's centroid into `codes`; returns the scale of its direction.
  @inline(__always)
  func direction(of list: Int, into codes: UnsafeMutablePointer<Int8>) -> Float {
    members.load(Int(places[list].group), Int(places[list].row), into: codes).scale
  }

  /// The centroid of a list, in the subspace.
  func centroid(of list: Int, into point: UnsafeMutablePointer<Float>, codes: UnsafeMutablePointer<Int8>) {
    let factor = direction(of: list, into: codes) * lengths[list]
    for d in 0..<dimension { point[d] = Float(codes[d]) * factor }
  }

  /// The centroids of the groups.
  var groupCentroids: [Centroid] { rows(of: groups, 0, count: groupCount) { _ in (0, 1) } }

  /// The centroids of every group, in the order in which a search looks at them.
  var groupMembers: [[Centroid]] {
    (0..<groupCount).map { g in rows(of: members, g, count: members.counts[g]) { (Int($0), lengths[Int($0)]) } }
  }

  private func rows(
    of blocks: ByteBlocks, _ range: Int, count: Int, _ numberAndLength: (_ tag: UInt32) -> (Int, Float)
  ) -> [Centroid] {
    let codes = ScratchBuffer<Int8>(dimension + 64)
    return (0..<count).map { row in
      let (scale, tag) = blocks.load(range, row, into: codes.pointer)
      let (number, length) = numberAndLength(tag)
      let copy = Array(UnsafeBufferPointer(start: codes.pointer, count: vk_byte_groups(dimension) * 4))
      return Centroid(number: number, codes: copy, scale: scale, length: length)
    }
  }

  /// Every list's score by `nearest`'s measure, for bounds and for tests. Takes the time of a scan of all centroids.
  func allScores(
    _ query: UnsafePointer<Int8>, offset: Int32, into pool: CandidatePool
  ) {
    pool.reset(wanted: count, room: largestGroup)
    for g in 0..<groupCount { members.scan(g, query, offset: offset, into: pool) }
  }
}

extension CoarseQuantizer.Centroid {
  /// - Parameter direction: of norm 1.
  init(number: Int, direction: UnsafePointer<Float>, dimension: Int, length: Float) {
    let count = vk_byte_groups(dimension) * 4
    var scale: Float = 0
    let codes = [Int8](unsafeUninitializedCapacity: count) { buffer, initialized in
      scale = vk_encode(direction, dimension, buffer.baseAddress!, count)
      initialized = count
    }
    self.init(number: number, codes: codes, scale: scale, length: length)
  }
}
