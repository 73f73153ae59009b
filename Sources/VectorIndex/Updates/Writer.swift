internal import CVectorKernels

/// What only writers and training look at, under the index's writer lock.
struct Writer: ~Copyable {
  var table: IDTable
  /// Slots that can be used again.
  private(set) var free: [UInt32] = []
  /// Slots of removed rows that a search may still be looking at, oldest first, and the tickets to wait for.
  private(set) var waiting: [(slot: UInt32, ticket: UInt64)] = []
  private var waitingStart = 0
  private let rotated: ScratchBuffer<Float>

  /// A training or a split is queued or running.
  var isTraining = false
  /// What happened since a running training last looked; nil when none is running.
  var log: [Change]?
  /// Lists that have become long.
  var long: Set<UInt32> = []
  /// Lists that no quantizer names any more, and the tickets to wait for before their memory is given back.
  var abandoned: [(list: Int, ticket: UInt64)] = []
  /// Vectors that were added and removed since the last calibration.
  var changes = 0
  var trainings = 0
  var trainingSeconds = 0.0
  var splits = 0

  enum Change {
    case added(UInt32)
    case removed(UInt32)
  }

  /// - Parameter free: slots of removed rows that no search knows.
  init(
    rows: RowStore, table: IDTable = IDTable(), free: [UInt32] = [], trainings: Int = 0, trainingSeconds: Double = 0,
    splits: Int = 0
  ) {
    self.table = table
    self.free = free
    self.trainings = trainings
    self.trainingSeconds = trainingSeconds
    self.splits = splits
    rotated = ScratchBuffer(rows.rotation.padded)
  }

  var bytes: Int { table.bytes + free.count * 4 + (waiting.count - waitingStart) * 16 }

  /// Slots that were wiped and wait for a new row.
  var freeSlots: [UInt32] { free }

  /// Slots that are removed and not used again.
  var spareSlots: [UInt32] { free + waiting[waitingStart...].map(\.slot) }

  /// Refuses ids that are there already or occur twice.
  func checkNew(_ ids: [UInt64], in rows: RowStore) throws(IndexError) {
    for id in ids where table.slot(of: id, in: rows) != nil { throw Self.duplicate(id) }
    // Ids in ascending order, the usual case of many, need no look-up.
    if zip(ids, ids.dropFirst()).allSatisfy(<) { return }
    var seen: Set<UInt64> = []
    for id in ids where !seen.insert(id).inserted { throw Self.duplicate(id) }
  }

  private static func duplicate(_ id: UInt64) -> IndexError {
    IndexError(.duplicateID, "the index holds a vector with id \(id) already: remove it first")
  }

  /// From this many on, vectors are added to new rows by several threads.
  private static let bulk = 4_096

  mutating func add(
    _ ids: [UInt64], _ vectors: UnsafePointer<Float>?, to view: View, readers: Readers, threads: Int
  ) {
    guard let vectors else { return }
    let rows = view.rows
    let first = rows.count
    let isBulk = ids.count >= Self.bulk
    if isBulk { rows.append(ids, vectors, threads: threads) }
    for (i, id) in ids.enumerated() {
      let vector = vectors + i * rows.dimension
      let slot = isBulk ? UInt32(first + i) : place(id, vector, rows, readers)
      if let partition = view.partition { list(Int(slot), rows, partition) }
      table.insert(id, slot, in: rows)
      log?.append(.added(slot))
    }
    changes += ids.count
  }

  private mutating func place(
    _ id: UInt64, _ vector: UnsafePointer<Float>, _ rows: RowStore, _ readers: Readers
  ) -> UInt32 {
    if free.isEmpty { reclaim(rows, readers) }
    rows.rotation.apply(vector, into: rotated.pointer)
    guard let slot = free.popLast() else { return UInt32(rows.append(id, rotated: rotated.pointer)) }
    rows.reuse(Int(slot), id, rotated: rotated.pointer)
    return slot
  }

  /// Wipes what no search can be looking at any more, and lets its slots be used again.
  private mutating func reclaim(_ rows: RowStore, _ readers: Readers) {
    guard waitingStart < waiting.count else { return }
    let passed = readers.passed
    while waitingStart < waiting.count, waiting[waitingStart].ticket <= passed {
      rows.wipe(Int(waiting[waitingStart].slot))
      free.append(waiting[waitingStart].slot)
      waitingStart += 1
    }
    if waitingStart > 1_024, waitingStart * 2 > waiting.count {
      waiting.removeFirst(waitingStart)
      waitingStart = 0
    }
  }

  private mutating func list(_ slot: Int, _ rows: RowStore, _ partition: Partition) {
    rows.unpack(slot, into: rotated.pointer)
    partition.add(slot, rotated: rotated.pointer)
    let pair = partition.rowLists[slot]
    for list in [pair.first, pair.second] where list != ListsOfRows.none {
      if partition.isLong(Int(list)) { long.insert(list) }
    }
  }

  mutating func remove(_ id: UInt64, from view: View, readers: Readers) -> Bool {
    guard let slot = table.remove(id, in: view.rows) else { return false }
    view.rows.remove(Int(slot))
    view.partition?.remove(Int(slot))
    log?.append(.removed(slot))
    changes += 1
    waiting.append((slot, readers.ticket()))
    reclaim(view.rows, readers)
    return true
  }

  /// What happened since the last time; a training that calls this goes on being told.
  mutating func takeLog() -> [Change] {
    defer { if log != nil { log = [] } }
    return log ?? []
  }
}

extension Partition {
  /// Brings lists that were made of an earlier state up to date.
  func apply(_ changes: [Writer.Change], rows: RowStore) {
    let rotated = ScratchBuffer<Float>(rows.rotation.padded)
    for change in changes {
      switch change {
      case .removed(let slot): remove(Int(slot))
      case .added(let slot):
        rows.unpack(Int(slot), into: rotated.pointer)
        add(Int(slot), rotated: rotated.pointer)
      }
    }
  }
}
