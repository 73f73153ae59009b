internal import CVectorKernels

/// Replaces long lists by two each. With the writer lock held.
struct ListSplitter {
  private let rows: RowStore
  private let partition: Partition
  private var generator: SplitMix64
  private var added: [Int: [CoarseQuantizer.Centroid]] = [:]
  private var nextNumber: Int

  private static let iterations = 8

  init(rows: RowStore, partition: Partition, seed: UInt64) {
    self.rows = rows
    self.partition = partition
    generator = SplitMix64(seed: seed &+ UInt64(partition.quantizer.numberLimit))
    nextNumber = partition.quantizer.numberLimit
  }

  var count: Int { added.count }
  /// The lists that are no more.
  var replaced: [Int] { added.keys.sorted() }

  /// The lists that have come.
  var made: [UInt32] { added.values.joined().map { UInt32($0.number) } }

  /// The partition with the new lists.
  var result: Partition { partition.with(partition.quantizer.replacing(added)) }

  /// Divides a list by two means of its vectors. Does nothing where these do not differ, or where numbers have run
  /// out: the next training makes all lists anew.
  mutating func split(_ list: Int) {
    guard nextNumber + 2 <= partition.lists.limit else { return }
    let slots = partition.lists.slots(of: list).filter { !$0.isErased }.map(\.slot)
    let points = PointSet(rows, slots, partition.subspace, threads: 1)
    let all = generator.sample(slots.count, of: Array(0..<UInt32(slots.count)))
    let means = KMeans(
      points, members: all, clusters: 2, iterations: Self.iterations, threads: 1, generator: &generator)
    let sides = means.assign(points, Array(0..<UInt32(slots.count)), threads: 1)
    let right = sides.count { $0 == 1 }
    guard right > 0, right < slots.count else { return }
    let numbers = [nextNumber, nextNumber + 1]
    nextNumber += 2
    let centroids = (0..<2).map { side in centroid(side, means, points, sides, number: numbers[side]) }
    added[list] = centroids
    fill(centroids, list, slots, sides)
  }

  private func centroid(
    _ side: Int, _ means: KMeans, _ points: PointSet, _ sides: [UInt32], number: Int
  ) -> CoarseQuantizer.Centroid {
    let dimension = points.dimension
    return means.centroids.withUnsafeBufferPointer { centroids in
      let direction = centroids.baseAddress! + side * dimension
      // How far along the direction the list's vectors are, on average.
      var sum: Float = 0
      var count: Float = 0
      for (i, own) in sides.enumerated() where own == side {
        let point = points.point(i)
        for d in 0..<dimension { sum += point[d] * direction[d] }
        count += 1
      }
      return CoarseQuantizer.Centroid(
        number: number, direction: direction, dimension: dimension,
        length: max(CoarseQuantizer.leastLength, sum / count))
    }
  }

  private func fill(
    _ centroids: [CoarseQuantizer.Centroid], _ list: Int, _ slots: [UInt32], _ sides: [UInt32]
  ) {
    // A quantizer of these two alone says what residuals are taken from.
    let own = CoarseQuantizer(centroids, dimension: partition.subspace.dimension, seed: 1, threads: 1)
    let rotated = ScratchBuffer<Float>(rows.rotation.padded)
    for side in 0..<2 {
      let coder = ResidualCoder(partition.subspace, own)
      coder.use(centroids[side].number)
      for (slot, itsSide) in zip(slots, sides) where itsSide == side {
        rows.unpack(Int(slot), into: rotated.pointer)
        partition.lists.append(
          slot, residual: coder.residual(of: rotated.pointer), to: centroids[side].number,
          isFirst: partition.rowLists[Int(slot)].first == UInt32(list))
        partition.rowLists.replace(list, by: centroids[side].number, of: Int(slot))
      }
    }
  }
}

extension ListsOfRows {
  /// Notes that a row has moved from one list to another.
  func replace(_ old: Int, by new: Int, of slot: Int) {
    var pair = self[slot]
    if pair.first == UInt32(old) { pair.first = UInt32(new) } else { pair.second = UInt32(new) }
    self[slot] = pair
  }
}
