internal import Dispatch
internal import Synchronization

/// Training happens on the index's own queue: from the rows as they are, to a new view that replaces the old one as a
/// whole. What is written meanwhile goes to the old view and is carried over before the replacement.
extension VectorIndex {
  /// Waits until no training is queued or running. Searches work without it; start-up and measurements may want to
  /// begin with the lists ready.
  public func waitForTraining() {
    while writer.withLock({ $0.isTraining }) { trainingQueue.sync {} }
  }

  /// Trains anew even though nothing asks for it, and waits for it.
  public func retrain() {
    waitForTraining()
    writer.withLock { startTraining(&$0) }
    waitForTraining()
  }

  /// What asks for a training: enough vectors for lists and none there; twice the vectors of the last training; or a
  /// quarter of all rows removed.
  func trainIfNeeded(_ writer: inout Writer, _ view: View) {
    guard !writer.isTraining else { return }
    let live = view.liveCount
    let grown =
      if let partition = view.partition { live >= 2 * partition.trainedCount } else { live >= firstTraining }
    if grown || Self.needsSweep(view.rows) { startTraining(&writer) }
  }

  private static func needsSweep(_ rows: RowStore) -> Bool {
    let removed = rows.removedCount
    return removed >= 1024 && removed * 4 >= rows.count
  }

  private func startTraining(_ writer: inout Writer) {
    guard !writer.isTraining else { return }
    writer.isTraining = true
    trainingQueue.async { [self] in train() }
  }

  private func train() {
    let clock = ContinuousClock()
    let start = clock.now
    let (old, end, sweeping) = writer.withLock { writer in
      let view = currentView
      let sweeping = Self.needsSweep(view.rows)
      if sweeping { writer.removedSince = [] }
      return (view, view.rows.count, sweeping)
    }
    var successor = Successor(of: old, upTo: end, sweeping: sweeping)
    // Lists go when half of what made them is gone: a smaller step back than forward, so that an index near the
    // limit does not go to and fro.
    let limit = old.partition == nil ? firstTraining : max(1, firstTraining / 2)
    successor.divide(ifAtLeast: limit, options: options)
    // Most of what was written meanwhile is carried over without the lock, so that writers wait only for the rest.
    for _ in 0..<8 {
      let (count, removed) = writer.withLock { (old.rows.count, $0.takeRemoved()) }
      successor.carryOver(upTo: count, removed: removed)
      if old.rows.count - count < 256 { break }
    }
    writer.withLock { writer in
      successor.carryOver(upTo: old.rows.count, removed: writer.takeRemoved())
      writer.removedSince = nil
      if let slots = successor.slots { writer.slots = slots }
      view.withLock { $0 = successor.view }
      writer.isTraining = false
      writer.trainings += 1
      writer.trainingSeconds = (clock.now - start) / .seconds(1)
      trainIfNeeded(&writer, successor.view)
    }
  }

  /// The number of vectors from which on there are lists.
  private var firstTraining: Int { max(1, options.exactBelow) }
}

extension VectorIndex.Writer {
  /// The ids removed since this was last asked.
  fileprivate mutating func takeRemoved() -> [UInt64] {
    defer { if removedSince != nil { removedSince = [] } }
    return removedSince ?? []
  }
}
