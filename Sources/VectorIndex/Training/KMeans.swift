internal import CVectorKernels

/// Spherical k-means (Dhillon, Modha 2001): Lloyd's iterations by inner products, centroids scaled back to norm 1.
/// Points are compared with centroids in 8-bit codes; means are taken in float.
///
/// The result does not depend on the number of threads.
struct KMeans {
  let dimension: Int
  let clusters: Int
  /// Row-major, clusters × dimension.
  private(set) var centroids: [Float]

  /// - Parameters:
  ///   - points: the points with numbers in `members`, at least `clusters` of them, in random order.
  init(
    _ points: PointSet, members: [UInt32], clusters: Int, iterations: Int, threads: Int,
    generator: inout SplitMix64
  ) {
    dimension = points.dimension
    self.clusters = clusters
    centroids = []
    centroids.reserveCapacity(clusters * dimension)
    for member in members.prefix(clusters) { centroids += points.unit(Int(member)) }
    for _ in 0..<iterations {
      let assignment = assign(points, members, threads: threads)
      let means = points.means(of: members, by: assignment, clusters: clusters, threads: threads)
      centroids = means.repaired(points, members, assignment, &generator)
    }
  }

  /// The nearest centroid of every member.
  func assign(_ points: PointSet, _ members: [UInt32], threads: Int) -> [UInt32] {
    let blocks = ByteBlocks(counts: [clusters], dimension: dimension)
    let codes = ScratchBuffer<Int8>(dimension + 64)
    centroids.withUnsafeBufferPointer { centroids in
      for c in 0..<clusters {
        let scale = vk_encode(
          centroids.baseAddress! + c * dimension, dimension, codes.pointer, vk_byte_groups(dimension) * 4)
        blocks.store(0, c, codes.pointer, scale: scale, tag: c)
      }
    }
    return Parallel.map(members.count, threads: threads, initial: UInt32(0)) { range, out in
      let scores = ScratchBuffer<Float>(clusters + 64)
      let tags = ScratchBuffer<UInt32>(clusters + 64)
      for i in range {
        let query = points.codes(Int(members[i]))
        out[i] = blocks.nearest(0, query.codes, offset: query.offset, scores: scores.pointer, tags: tags.pointer).tag
      }
    }
  }
}

/// Points to cluster, in float and in 8-bit codes.
///
/// `@unchecked Sendable`: the memory is written in `init` only.
final class PointSet: @unchecked Sendable {
  let dimension: Int
  let count: Int
  private let values: ScratchBuffer<Float>
  private let coded: ScratchBuffer<Int8>
  private let offsets: ScratchBuffer<Int32>
  private let codeCount: Int

  /// Projects the vectors in `slots` into a subspace.
  init(_ rows: RowStore, _ slots: [UInt32], _ subspace: Subspace, threads: Int) {
    dimension = subspace.dimension
    count = slots.count
    codeCount = vk_byte_groups(dimension) * 4
    values = ScratchBuffer(count * dimension)
    coded = ScratchBuffer(count * codeCount)
    offsets = ScratchBuffer(count)
    // Each range of points is written by one thread.
    nonisolated(unsafe) let (values, coded, offsets) = (values, coded, offsets)
    let (dimension, codeCount) = (dimension, codeCount)
    Parallel.forRanges(slots.count, threads: threads) { range in
      let rotated = ScratchBuffer<Float>(rows.rotation.padded)
      for i in range {
        let point = values.pointer + i * dimension
        rows.unpack(Int(slots[i]), into: rotated.pointer)
        subspace.project(rotated.pointer, into: point)
        _ = vk_encode(point, dimension, coded.pointer + i * codeCount, codeCount)
        offsets.pointer[i] = byteOffset(coded.pointer + i * codeCount, count: codeCount)
      }
    }
  }

  /// Points that are in a subspace already, row-major.
  init(values given: [Float], dimension: Int) {
    self.dimension = dimension
    count = given.count / dimension
    codeCount = vk_byte_groups(dimension) * 4
    values = ScratchBuffer(count * dimension)
    coded = ScratchBuffer(count * codeCount)
    offsets = ScratchBuffer(count)
    given.withUnsafeBufferPointer { values.pointer.update(from: $0.baseAddress!, count: count * dimension) }
    for i in 0..<count {
      let codes = coded.pointer + i * codeCount
      _ = vk_encode(values.pointer + i * dimension, dimension, codes, codeCount)
      offsets.pointer[i] = byteOffset(codes, count: codeCount)
    }
  }

  @inline(__always)
  func point(_ i: Int) -> UnsafePointer<Float> { UnsafePointer(values.pointer + i * dimension) }

  @inline(__always)
  func codes(_ i: Int) -> (codes: UnsafePointer<Int8>, offset: Int32) {
    (UnsafePointer(coded.pointer + i * codeCount), offsets.pointer[i])
  }

  /// A point scaled to norm 1; zeros stay.
  func unit(_ i: Int) -> [Float] {
    let point = UnsafeBufferPointer(start: point(i), count: dimension)
    let norm = point.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
    return norm > 0 ? point.map { $0 / norm } : Array(point)
  }

  /// The mean of the members of every cluster.
  func means(of members: [UInt32], by assignment: [UInt32], clusters: Int, threads: Int) -> Means {
    let (order, starts) = Grouping.group(assignment, groups: clusters)
    let dimension = dimension
    let sums = Parallel.map(clusters * dimension, step: dimension, threads: threads, initial: Float(0)) { range, out in
      for cluster in range.lowerBound / dimension..<range.upperBound / dimension {
        let sum = out.baseAddress! + cluster * dimension
        for at in starts[cluster]..<starts[cluster + 1] {
          let point = self.point(Int(members[Int(order[at])]))
          for d in 0..<dimension { sum[d] += point[d] }
        }
      }
    }
    return Means(dimension: dimension, sizes: (0..<clusters).map { starts[$0 + 1] - starts[$0] }, sums: sums)
  }
}

/// Sums of the points of clusters.
struct Means {
  let dimension: Int
  let sizes: [Int]
  var sums: [Float]

  /// The means' directions. A cluster that is empty, or whose points cancel out, is given one of the points of a
  /// large cluster: the larger of two drawn at random, weighted by size because points are drawn, not clusters.
  func repaired(
    _ points: PointSet, _ members: [UInt32], _ assignment: [UInt32], _ generator: inout SplitMix64
  ) -> [Float] {
    var directions = sums
    for cluster in sizes.indices {
      let range = cluster * dimension..<(cluster + 1) * dimension
      let norm = sums[range].reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
      if norm > 1e-6 {
        for i in range { directions[i] /= norm }
      } else {
        let a = Int.random(in: 0..<assignment.count, using: &generator)
        let b = Int.random(in: 0..<assignment.count, using: &generator)
        let point = sizes[Int(assignment[a])] >= sizes[Int(assignment[b])] ? a : b
        directions.replaceSubrange(range, with: points.unit(Int(members[point])))
      }
    }
    return directions
  }
}
