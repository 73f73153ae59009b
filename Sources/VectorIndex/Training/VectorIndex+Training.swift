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

  /// What asks for a training: enough vectors for lists and none there, or twice or half the vectors of the last one.
  /// What asks for a split: a list three times as long as the others. And much memory of removed vectors is given
  /// back.
  func maintainIfNeeded(_ writer: inout Writer, _ view: View) {
    guard !writer.isTraining else { return }
    let live = view.liveCount
    if view.rows.count >= Self.compactFrom, live * 4 < view.rows.count { compact(&writer, view) }
    let isDue =
      if let partition = view.partition {
        live >= 2 * partition.trainedCount || live < partition.trainedCount / 2
      } else { live >= firstTraining }
    if isDue {
      startTraining(&writer)
    } else if !writer.long.isEmpty {
      startSplits(&writer)
    } else if let partition = view.partition, writer.changes > max(1_024, partition.trainedCount / Self.changesBetween)
    {
      startCalibration(&writer)
    }
  }

  private static let compactFrom = 8_192

  /// Moves the live rows together, and lets go of the lists, which name the rows as they were; there are now few
  /// enough that searches can be exact until new lists are trained.
  private func compact(_ writer: inout Writer, _ old: View) {
    let rows = RowStore(dimension: dimension)
    let fresh = View(rows: rows, partition: nil)
    let slots = old.rows.liveSlots(below: old.rows.count)
    rows.append(slots, of: old.rows)
    writer.restart(rows)
    view.withLock { $0 = fresh }
  }

  func startTraining(_ writer: inout Writer) {
    guard !writer.isTraining else { return }
    writer.isTraining = true
    trainingQueue.async { [self] in train() }
  }

  private func train() {
    let clock = ContinuousClock()
    let start = clock.now
    // The rows that the training looks at are not used for others while this pass is held.
    let pass = readers.enter()
    let (old, slots) = writer.withLock { writer in
      writer.log = []
      writer.long = []
      writer.changes = 0
      let view = currentView
      return (view, view.rows.liveSlots(below: view.rows.count))
    }
    // Lists go when half of what made them is gone: a smaller step back than forward, so that an index near the
    // limit does not go to and fro.
    let limit = old.partition == nil ? firstTraining : max(1, firstTraining / 2)
    let trainer = Trainer(
      rows: old.rows, slots: slots, options: options, readers: readers, asked: watch.queries
    ) { ids in self.writer.withLock { writer in ids.map { writer.table.slot(of: $0, in: old.rows) } } }
    let partition = slots.count >= limit ? trainer.run() : nil
    // Most of what was written meanwhile is carried over without the lock, so that writers wait only for the rest.
    for _ in 0..<8 {
      let changes = writer.withLock { $0.takeLog() }
      partition?.apply(changes, rows: old.rows)
      if changes.count < 64 { break }
    }
    writer.withLock { writer in
      partition?.apply(writer.takeLog(), rows: old.rows)
      writer.log = nil
      writer.long = []
      writer.abandoned = []
      let fresh = View(rows: old.rows, partition: partition)
      view.withLock { $0 = fresh }
      watch.restart()
      writer.isTraining = false
      writer.trainings += 1
      writer.trainingSeconds = (clock.now - start) / .seconds(1)
      readers.leave(pass)
      maintainIfNeeded(&writer, fresh)
    }
  }

  /// The number of vectors from which on there are lists.
  private var firstTraining: Int { max(2, options.exactBelow) }
}

extension Writer {
  /// Forgets where everything was, and takes in the rows of a new store, none of them removed.
  fileprivate mutating func restart(_ rows: RowStore) {
    self = Writer(
      rows: rows, table: IDTable(of: rows), trainings: trainings, trainingSeconds: trainingSeconds, splits: splits)
  }
}
