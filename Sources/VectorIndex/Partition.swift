internal import Dispatch

/// The vectors divided into lists: what training makes, and what searches and adds use afterwards.
final class Partition: Sendable {
  let quantizer: CoarseQuantizer
  let lists: InvertedLists
  /// Lists to probe for up to 10 and for up to 100 matches.
  let probes: (ten: Int, hundred: Int)
  /// Vectors that the lists were trained on.
  let trainedCount: Int

  /// Trains lists over `slots` (ascending) of `rows`.
  init(rows: RowStore, slots: [UInt32], options: IndexOptions) {
    let dimension = rows.dimension
    let listCount = options.listCount(for: slots.count)
    var generator = SplitMix64(seed: options.seed)
    let sample = generator.sample(listCount * Self.pointsPerList, of: slots)
    let means = KMeans(
      points: rows.gather(sample[...]), dimension: dimension, clusters: listCount, iterations: Self.iterations,
      generator: &generator)
    quantizer = CoarseQuantizer(centroids: means.centroids, dimension: dimension)
    let assignment = Self.assign(slots, of: rows, to: quantizer, threads: options.threads)
    var sizes = Array(repeating: 0, count: listCount)
    for list in assignment { sizes[Int(list)] += 1 }
    lists = InvertedLists(sizes: sizes, dimension: dimension)
    var coded = CodedVector(dimension: dimension)
    for (slot, list) in zip(slots, assignment) {
      coded.encode(rows.vector(Int(slot)), dimension: dimension)
      lists.append(Int(slot), coded, to: Int(list))
    }
    trainedCount = slots.count
    switch options.probes {
    case .fixed(let count):
      let probes = max(1, min(count, listCount))
      self.probes = (probes, probes)
    case .automatic(let recall):
      let calibration = Calibration(quantizer: quantizer, rows: rows, slots: slots, assignment: assignment)
      probes = calibration.probes(recall: recall, generator: &generator)
    }
  }

  /// Points that k-means sees for each list: enough that a mean is not noise, few enough that training is not the
  /// larger part of building.
  static let pointsPerList = 32
  static let iterations = 8
  static let maximumThreads = 256

  /// The list of every slot.
  private static func assign(
    _ slots: [UInt32], of rows: RowStore, to quantizer: CoarseQuantizer, threads: Int
  ) -> [UInt32] {
    Array(unsafeUninitializedCapacity: slots.count) { buffer, count in
      // Each thread writes its own range.
      nonisolated(unsafe) let lists = buffer
      let threads = min(max(1, threads), Self.maximumThreads)
      let share = (slots.count + threads - 1) / threads
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        var coded = CodedVector(dimension: rows.dimension)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: quantizer.paddedCount) { scores in
          for i in min(thread * share, slots.count)..<min((thread + 1) * share, slots.count) {
            coded.encode(rows.vector(Int(slots[i])), dimension: rows.dimension)
            lists[i] = UInt32(quantizer.nearest(coded, scratch: scores.baseAddress!))
          }
        }
      }
      count = slots.count
    }
  }

  /// Adds a row that was not there at training to the list it belongs to. Writer only.
  func add(_ slot: Int, of rows: RowStore) {
    let coded = CodedVector(rows.vector(slot), dimension: rows.dimension)
    lists.append(slot, coded, to: nearestList(coded))
  }

  /// The list that a row belongs to.
  func nearestList(_ slot: Int, of rows: RowStore) -> Int {
    nearestList(CodedVector(rows.vector(slot), dimension: rows.dimension))
  }

  private func nearestList(_ coded: CodedVector) -> Int {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: quantizer.paddedCount) { scores in
      quantizer.nearest(coded, scratch: scores.baseAddress!)
    }
  }
}
