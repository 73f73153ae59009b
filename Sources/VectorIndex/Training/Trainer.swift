internal import CVectorKernels

/// Makes a partition of rows into lists.
struct Trainer {
  let rows: RowStore
  /// Live slots, ascending; none of them may be used again before the training is over.
  let slots: [UInt32]
  let options: IndexOptions
  let readers: Readers
  /// Queries that were asked lately, row after row.
  var asked: [Float] = []
  /// The slots of vectors by their ids; nil for those that are gone.
  let slotsOf: ([UInt64]) -> [UInt32?]

  /// Points that k-means sees for each list: enough that a mean is not noise, few enough that training is not the
  /// larger part of building.
  static let pointsPerList = 24
  static let groupPoints = 256
  static let groupIterations = 8
  static let listIterations = 8
  /// Rounds over all lists after those within groups, which mend what the borders of the groups spoiled.
  static let refinements = 2
  static let subspaceSample = 16_384

  private var threads: Int { options.threads }

  func run() -> Partition {
    var generator = SplitMix64(seed: options.seed)
    let listCount = options.listCount(for: slots.count)
    let sample = generator.sample(max(Self.subspaceSample, listCount * Self.pointsPerList), of: slots)
    let subspace = Subspace(
      sample: rows.gather(sample.prefix(Self.subspaceSample)), rotation: rows.rotation, generator: &generator)
    let quantizer = train(sample, subspace, listCount, &generator)
    return divide(subspace, quantizer, &generator)
  }

  /// k-means in two levels, then a few rounds over all.
  private func train(
    _ sample: [UInt32], _ subspace: Subspace, _ listCount: Int, _ generator: inout SplitMix64
  ) -> CoarseQuantizer {
    let points = PointSet(rows, sample, subspace, threads: threads)
    let all = Array(0..<UInt32(sample.count))
    var directions = hierarchical(points, all, listCount, &generator)
    var lengths = Array(repeating: Float(1), count: listCount)
    for round in 0...Self.refinements {
      let quantizer = coarse(directions, lengths, subspace.dimension)
      let assignment = assign(points, quantizer)
      let means = points.means(of: all, by: assignment, clusters: listCount, threads: threads)
      // The last round only measures how long the means are in the directions that stay.
      if round == Self.refinements {
        lengths = Self.lengths(means, directions)
      } else {
        directions = means.repaired(points, all, assignment, &generator)
      }
    }
    return coarse(directions, lengths, subspace.dimension)
  }

  private func hierarchical(
    _ points: PointSet, _ all: [UInt32], _ listCount: Int, _ generator: inout SplitMix64
  ) -> [Float] {
    let groupCount = max(1, listCount / CoarseQuantizer.groupSize)
    if groupCount == 1 {
      return KMeans(
        points, members: all, clusters: listCount, iterations: Self.listIterations, threads: threads,
        generator: &generator
      ).centroids
    }
    let groups = KMeans(
      points, members: Array(all.prefix(groupCount * Self.groupPoints)), clusters: groupCount,
      iterations: Self.groupIterations, threads: threads, generator: &generator)
    let (order, starts) = Grouping.group(groups.assign(points, all, threads: threads), groups: groupCount)
    let shares = Self.apportion(listCount, (0..<groupCount).map { starts[$0 + 1] - starts[$0] })
    let seeds = (0..<groupCount).map { _ in generator.next() }
    // One group at a time on each thread.
    let found = Parallel.collect(groupCount, threads: threads) { g in
      guard shares[g] > 0 else { return [] as [Float] }
      var own = SplitMix64(seed: seeds[g])
      let members = order[starts[g]..<starts[g + 1]].map { all[Int($0)] }
      return KMeans(
        points, members: members, clusters: shares[g], iterations: Self.listIterations, threads: 1, generator: &own
      ).centroids
    }
    return found.flatMap(\.self)
  }

  /// Divides `count` lists among groups in proportion to their points, none getting more than it has points.
  static func apportion(_ count: Int, _ points: [Int]) -> [Int] {
    let total = points.reduce(0, +)
    var shares = points.map { min($0, $0 * count / max(1, total)) }
    var left = count - shares.reduce(0, +)
    // What rounding left goes to those with most points for each list.
    while left > 0 {
      let order = points.indices.filter { shares[$0] < points[$0] }
        .sorted { (points[$0] * (shares[$1] + 1), $1) > (points[$1] * (shares[$0] + 1), $0) }
      for g in order.prefix(left) { shares[g] += 1 }
      left = count - shares.reduce(0, +)
    }
    return shares
  }

  private static func lengths(_ means: Means, _ directions: [Float]) -> [Float] {
    means.sizes.indices.map { c in
      let range = c * means.dimension..<(c + 1) * means.dimension
      let product = zip(means.sums[range], directions[range]).reduce(Float(0)) { $0 + $1.0 * $1.1 }
      // A list of nothing still has a centroid, which vectors to come may choose.
      return means.sizes[c] > 0 ? max(CoarseQuantizer.leastLength, product / Float(means.sizes[c])) : 1
    }
  }

  private func coarse(_ directions: [Float], _ lengths: [Float], _ dimension: Int) -> CoarseQuantizer {
    let centroids = directions.withUnsafeBufferPointer { directions in
      lengths.indices.map { list in
        CoarseQuantizer.Centroid(
          number: list, direction: directions.baseAddress! + list * dimension, dimension: dimension,
          length: lengths[list])
      }
    }
    return CoarseQuantizer(centroids, dimension: dimension, seed: options.seed, threads: threads)
  }

  /// The nearest list of every point. Points of one group one after another: the centroids they are compared with
  /// are then in the cache.
  private func assign(_ points: PointSet, _ quantizer: CoarseQuantizer) -> [UInt32] {
    let order = inOrder(points.count, quantizer) { i, body in
      let query = points.codes(i)
      body(query.codes, query.offset)
    }
    return Parallel.map(points.count, threads: threads, initial: UInt32(0)) { range, out in
      let (groups, lists) = (CandidatePool(), CandidatePool())
      for at in range {
        let i = Int(order[at])
        let query = points.codes(i)
        quantizer.nearest(query.codes, offset: query.offset, wanted: 1, groups: groups, lists: lists)
        out[i] = lists.tags[0]
      }
    }
  }

  private func inOrder(
    _ count: Int, _ quantizer: CoarseQuantizer,
    _ codes: @Sendable (Int, (UnsafePointer<Int8>, Int32) -> Void) -> Void
  ) -> [UInt32] {
    let nearest = Parallel.map(count, threads: threads, initial: UInt32(0)) { range, out in
      let scores = ScratchBuffer<Float>(quantizer.groupCount + 64)
      let tags = ScratchBuffer<UInt32>(quantizer.groupCount + 64)
      for i in range {
        codes(i) { out[i] = quantizer.nearestGroup($0, offset: $1, scores: scores.pointer, tags: tags.pointer) }
      }
    }
    return Grouping.group(nearest, groups: quantizer.groupCount).order
  }

  /// Puts all rows into their lists.
  private func divide(
    _ subspace: Subspace, _ quantizer: CoarseQuantizer, _ generator: inout SplitMix64
  ) -> Partition {
    let pairs = choose(subspace, quantizer)
    let (lists, rowLists) = fill(pairs, subspace, quantizer)
    let partition = Partition(
      subspace: subspace, quantizer: quantizer, lists: lists, rowLists: rowLists, effort: EffortTable(probes: 1),
      trainedCount: slots.count)
    switch options.probes {
    case .fixed(let count):
      return partition.with(EffortTable(probes: max(1, min(count, quantizer.count))))
    case .automatic(let recall):
      let queries = CalibrationQueries(rows, slots, asked: asked, generator: &generator)
      let calibration = Calibration(rows: rows, partition: partition, options: options, queries: queries) { ids in
        slotsOf(ids).map { $0.map { rowLists[Int($0)] } ?? ListsOfRows.unlisted }
      }
      return partition.with(calibration.efforts(recall: recall))
    }
  }

  private func choose(_ subspace: Subspace, _ quantizer: CoarseQuantizer) -> [ListsOfRows.Pair] {
    let (rows, slots) = (rows, slots)
    let order = inOrder(slots.count, quantizer) { i, body in
      let padded = rows.rotation.padded
      withUnsafeTemporaryAllocation(of: Float.self, capacity: padded + subspace.dimension) { rotated in
        withUnsafeTemporaryAllocation(of: Int8.self, capacity: subspace.dimension) { codes in
          let point = rotated.baseAddress! + padded
          rows.unpack(Int(slots[i]), into: rotated.baseAddress!)
          subspace.project(rotated.baseAddress!, into: point)
          _ = vk_encode(point, subspace.dimension, codes.baseAddress!, subspace.dimension)
          body(codes.baseAddress!, byteOffset(codes.baseAddress!, count: subspace.dimension))
        }
      }
    }
    return Parallel.map(slots.count, threads: threads, initial: ListsOfRows.unlisted) { range, out in
      let chooser = ListChooser(subspace, quantizer)
      let rotated = ScratchBuffer<Float>(rows.rotation.padded)
      for at in range {
        if at + 4 < range.upperBound { rows.prefetch(Int(slots[Int(order[at + 4])])) }
        let i = Int(order[at])
        rows.unpack(Int(slots[i]), into: rotated.pointer)
        out[i] = chooser.lists(of: rotated.pointer)
      }
    }
  }

  private func fill(
    _ pairs: [ListsOfRows.Pair], _ subspace: Subspace, _ quantizer: CoarseQuantizer
  ) -> (InvertedLists, ListsOfRows) {
    // Entries 2i and 2i + 1 are row i's; those without a second list count for a list that is dropped.
    let rowLists = ListsOfRows()
    var keys = Array(repeating: UInt32(quantizer.numberLimit), count: 2 * slots.count)
    for (i, pair) in pairs.enumerated() {
      keys[2 * i] = pair.first
      if pair.second != ListsOfRows.none { keys[2 * i + 1] = pair.second }
      rowLists[Int(slots[i])] = pair
    }
    let (order, starts) = Grouping.group(keys, groups: quantizer.numberLimit + 1)
    let lists = InvertedLists(
      sizes: (0..<quantizer.numberLimit).map { starts[$0 + 1] - starts[$0] }, dimension: rows.dimension,
      readers: readers)
    let (rows, slots) = (rows, slots)
    Parallel.forRanges(quantizer.numberLimit, threads: threads) { range in
      let coder = ResidualCoder(subspace, quantizer)
      let rotated = ScratchBuffer<Float>(rows.rotation.padded)
      for list in range where starts[list] < starts[list + 1] {
        coder.use(list)
        let members = order[starts[list]..<starts[list + 1]].lazy
          .map { (slot: slots[Int($0) / 2], isFirst: $0 % 2 == 0) }
        for (slot, _) in members { rows.prefetch(Int(slot)) }
        lists.fill(list, members) { slot in
          rows.unpack(Int(slot), into: rotated.pointer)
          return coder.residual(of: rotated.pointer)
        }
      }
    }
    return (lists, rowLists)
  }
}

extension RowStore {
  /// The vectors of `slots` in rotation, row-major.
  fileprivate func gather(_ slots: ArraySlice<UInt32>) -> [Float] {
    let rotated = ScratchBuffer<Float>(rotation.padded)
    return Array(unsafeUninitializedCapacity: slots.count * dimension) { buffer, count in
      var to = buffer.baseAddress!
      for slot in slots {
        unpack(Int(slot), into: rotated.pointer)
        to.update(from: rotated.pointer, count: dimension)
        to += dimension
      }
      count = slots.count * dimension
    }
  }
}
