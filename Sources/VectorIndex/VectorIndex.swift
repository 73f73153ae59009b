internal import Dispatch
internal import Synchronization

/// Nearest neighbours among unit vectors in memory, while vectors come and go.
///
/// A small index compares every vector. From `IndexOptions.exactBelow` vectors on it trains inverted lists in the
/// background and then searches those (`SearchMode.approximate`); each result says which it was.
///
/// All methods may be called from any number of threads at once. Searches never wait for a write or for training;
/// writes wait for one another. A vector is found by every search that begins after its `add` has returned (in
/// approximate mode: if one of its lists is probed), and never by one that begins after its `remove` has returned.
public final class VectorIndex: Sendable {
  /// Largest |‖v‖² − 1| of a vector that counts as unit.
  public static let normTolerance: Float = 1e-3
  /// Vectors that fit into one index, removed ones whose memory is not used again yet included.
  public static let maximumCount = RowStore.maximumRows
  /// Dimensions that an index can have.
  public static let dimensions = 1...2_048

  /// The level of the distance kernels: plain, avx2, avx512 or neon.
  public static var kernels: String { Kernels.name }

  /// Components of every vector and query.
  public let dimension: Int
  /// The options that the index was made with.
  public let options: IndexOptions

  /// What searches see. Replaced only with the writer lock held.
  let view: Mutex<View>
  let writer: Mutex<Writer>
  let readers: Readers
  let trainingQueue = DispatchQueue(label: "vector-index-training", qos: .utility)
  let watch: RecallWatch
  let watchQueue = DispatchQueue(label: "vector-index-watch", qos: .utility)

  /// - Precondition: `dimension` is in `dimensions`.
  public convenience init(dimension: Int, options: IndexOptions = .init()) {
    precondition(Self.dimensions.contains(dimension), "an index has 1 to 2048 dimensions, not \(dimension)")
    let rows = RowStore(dimension: dimension)
    self.init(
      options: options, view: View(rows: rows, partition: nil), writer: Writer(rows: rows), readers: Readers())
  }

  init(options: IndexOptions, view: View, writer: consuming sending Writer, readers: Readers) {
    dimension = view.rows.dimension
    self.options = options
    self.view = Mutex(view)
    self.writer = Mutex(writer)
    self.readers = readers
    watch = RecallWatch(interval: options.watchInterval)
  }

  /// Vectors that a search can return.
  public var count: Int { currentView.liveCount }

  var currentView: View { view.withLock { $0 } }

  /// Adds a vector. To replace one, remove it first.
  ///
  /// - Parameters:
  ///   - id: the caller's own number of the vector, in the index once.
  ///   - vector: `dimension` finite elements of norm 1 (`normTolerance`).
  /// - Throws: `wrongDimension`, `notFinite`, `notUnit`, `duplicateID`, `full`.
  public func add(_ id: UInt64, _ vector: [Float]) throws(IndexError) {
    try add(contentsOf: [id], vectors: vector)
  }

  /// Adds many vectors at once, all or none. Other writers wait until all are in; searches do not.
  public func add(contentsOf entries: [(id: UInt64, vector: [Float])]) throws(IndexError) {
    for entry in entries { try checkDimension(entry.vector.count) }
    try add(contentsOf: entries.map(\.id), vectors: entries.flatMap(\.vector))
  }

  /// Adds many vectors at once, all or none: vector i is elements i·dimension ..< (i + 1)·dimension of `vectors`.
  public func add(contentsOf ids: [UInt64], vectors: [Float]) throws(IndexError) {
    guard vectors.count == ids.count * dimension else {
      throw IndexError(
        .wrongDimension,
        "\(vectors.count) elements are not \(ids.count) vectors of \(dimension): give the vectors of one model only")
    }
    for i in ids.indices { try checkUnit(vectors[i * dimension..<(i + 1) * dimension]) }
    try writer.withLock { (writer) throws(IndexError) in
      let view = currentView
      try Self.checkRoom(view.rows.count, adding: ids.count)
      try writer.checkNew(ids, in: view.rows)
      vectors.withUnsafeBufferPointer { vectors in
        writer.add(ids, vectors.baseAddress, to: view, readers: readers, threads: options.threads)
      }
      maintainIfNeeded(&writer, view)
    }
  }

  /// Removes a vector.
  ///
  /// - Returns: false when the index does not hold `id`.
  @discardableResult
  public func remove(_ id: UInt64) -> Bool {
    writer.withLock { writer in
      let view = currentView
      guard writer.remove(id, from: view, readers: readers) else { return false }
      maintainIfNeeded(&writer, view)
      return true
    }
  }

  /// Whether the index holds a vector with this id. Waits for a write in progress.
  public func contains(_ id: UInt64) -> Bool {
    writer.withLock { $0.table.slot(of: id, in: currentView.rows) != nil }
  }

  /// Figures about the index at this moment. Waits for a write in progress.
  public var statistics: IndexStatistics {
    writer.withLock { writer in
      let view = currentView
      let partition = view.partition
      let sizes = partition.map { partition in
        (0..<partition.quantizer.numberLimit).filter(partition.quantizer.contains).map(partition.lists.liveCount)
      }
      return IndexStatistics(
        count: view.liveCount, removed: view.rows.removedCount, lists: partition?.quantizer.count ?? 0,
        longestList: sizes?.max() ?? 0, probesForTen: partition?.effort.ten.probes ?? 0,
        probesForForty: partition?.effort.effort(for: 40).probes ?? 0,
        probesForHundred: partition?.effort.hundred.probes ?? 0,
        bytes: view.rows.bytes + (partition?.bytes ?? 0) + writer.bytes, trainings: writer.trainings,
        trainingSeconds: writer.trainingSeconds, splits: writer.splits, kernels: Kernels.name)
    }
  }
}
