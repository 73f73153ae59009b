internal import Dispatch
internal import Synchronization

/// Nearest neighbours among unit vectors in memory, while vectors come and go.
///
/// A small index compares every vector. From `IndexOptions.exactBelow` vectors on it trains inverted lists in the
/// background and then searches those (`SearchMode.approximate`); each result says which it was.
///
/// All methods may be called from any number of threads at once. Searches never wait for a write or for training;
/// writes wait for one another. A vector is found by every search that begins after its `add` has returned (in
/// approximate mode: if its list is probed), and never by one that begins after its `remove` has returned.
public final class VectorIndex: Sendable {
  /// Largest |‖v‖² − 1| of a vector that counts as unit.
  public static let normTolerance: Float = 1e-3
  /// Vectors that fit into one index, removed ones not yet swept out included.
  public static let maximumCount = RowStore.maximumRows
  /// Dimensions that an index can have: within these the sums of 8-bit products fit 32 bits.
  public static let dimensions = 1...32_768

  /// The level of the distance kernels: plain, avx2, avx512 or neon.
  public static var kernels: String { Kernels.name }

  public let dimension: Int
  public let options: IndexOptions

  /// What searches see. Replaced only by training, with the writer lock held.
  let view: Mutex<View>
  let writer: Mutex<Writer>
  let trainingQueue = DispatchQueue(label: "vector-index-training", qos: .utility)

  /// What only writers and training look at.
  struct Writer {
    /// Where each id's vector is in the view's rows.
    var slots: [UInt64: UInt32] = [:]
    /// A training is queued or running.
    var isTraining = false
    /// Ids removed since a training that copies the rows last looked; nil when none is running.
    var removedSince: [UInt64]?
    var trainings = 0
    var trainingSeconds = 0.0
  }

  /// - Precondition: `dimension` is in `dimensions`.
  public init(dimension: Int, options: IndexOptions = .init()) {
    precondition(Self.dimensions.contains(dimension), "an index has 1 to 32768 dimensions, not \(dimension)")
    self.dimension = dimension
    self.options = options
    view = Mutex(View(rows: RowStore(dimension: dimension), partition: nil))
    writer = Mutex(Writer())
  }

  /// Vectors that a search can return.
  public var count: Int { currentView.liveCount }

  var currentView: View { view.withLock { $0 } }

  /// Adds a vector. To replace one, remove it first.
  ///
  /// - Parameter vector: `dimension` finite elements of norm 1 (`normTolerance`).
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
      try writer.reserve(ids, firstSlot: view.rows.count)
      vectors.withUnsafeBufferPointer { vectors in
        for (i, id) in ids.enumerated() {
          let slot = view.rows.append(id, vectors.baseAddress! + i * dimension)
          view.partition?.add(slot, of: view.rows)
        }
      }
      trainIfNeeded(&writer, view)
    }
  }

  /// Removes a vector.
  ///
  /// - Returns: false when the index does not hold `id`.
  @discardableResult
  public func remove(_ id: UInt64) -> Bool {
    writer.withLock { writer in
      guard let slot = writer.slots.removeValue(forKey: id) else { return false }
      let view = currentView
      view.rows.remove(Int(slot))
      writer.removedSince?.append(id)
      trainIfNeeded(&writer, view)
      return true
    }
  }

  /// Figures about the index at this moment. Waits for a write in progress.
  public var statistics: IndexStatistics {
    let (trainings, seconds, view) = writer.withLock { ($0.trainings, $0.trainingSeconds, currentView) }
    let lists = view.partition?.lists
    return IndexStatistics(
      count: view.liveCount, removed: view.rows.removedCount, lists: lists?.listCount ?? 0,
      longestList: lists.map { lists in (0..<lists.listCount).map(lists.count).max() ?? 0 } ?? 0,
      probesForTen: view.partition?.probes.ten ?? 0, probesForHundred: view.partition?.probes.hundred ?? 0,
      bytes: view.rows.bytes + (lists?.bytes ?? 0) + (view.partition?.quantizer.bytes ?? 0),
      trainings: trainings, trainingSeconds: seconds, kernels: Kernels.name)
  }
}

extension VectorIndex.Writer {
  /// Notes that `ids` will be at `firstSlot` and after; changes nothing when one of them is there already.
  fileprivate mutating func reserve(_ ids: [UInt64], firstSlot: Int) throws(IndexError) {
    for (i, id) in ids.enumerated() {
      if slots[id] != nil {
        for earlier in ids[..<i] { slots[earlier] = nil }
        throw IndexError(.duplicateID, "the index holds a vector with id \(id) already: remove it first")
      }
      slots[id] = UInt32(firstSlot + i)
    }
  }
}
