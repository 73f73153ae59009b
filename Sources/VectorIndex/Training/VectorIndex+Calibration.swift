internal import Dispatch
internal import Synchronization

/// Measuring anew how far searches must go, with the lists as they are: when many vectors have come or gone since the last time,
/// or searches find less than is promised. Where that takes twice the lists that it took once, they are trained anew.
extension VectorIndex {
  /// Changes since the last calibration that ask for another one, as a share of the vectors that the lists were trained on.
  static let changesBetween = 4

  func startCalibration(_ writer: inout Writer) {
    guard !writer.isTraining, case .automatic = options.probes, currentView.partition != nil else { return }
    writer.isTraining = true
    trainingQueue.async { [self] in calibrate() }
  }

  private func calibrate() {
    let pass = readers.enter()
    let (old, slots) = writer.withLock { writer in
      writer.changes = 0
      let view = currentView
      return (view, view.rows.liveSlots(below: view.rows.count))
    }
    var efforts: EffortTable?
    if let partition = old.partition, case .automatic(let recall) = options.probes, !slots.isEmpty {
      var generator = SplitMix64(seed: options.seed)
      let queries = CalibrationQueries(old.rows, slots, asked: watch.queries, generator: &generator)
      efforts =
        Calibration(rows: old.rows, partition: partition, options: options, queries: queries) { ids in
          self.writer.withLock { writer in
            ids.map { id in
              writer.table.slot(of: id, in: old.rows).map { partition.rowLists[Int($0)] } ?? ListsOfRows.unlisted
            }
          }
        }.efforts(recall: recall)
    }
    readers.leave(pass)
    writer.withLock { writer in
      let view = currentView
      writer.isTraining = false
      if let efforts, let partition = view.partition, partition === old.partition {
        let fresh = View(rows: view.rows, partition: partition.with(efforts))
        self.view.withLock { $0 = fresh }
        watch.restart()
        if Self.isWorn(partition.effort.ten, efforts.ten) { return startTraining(&writer) }
      }
      maintainIfNeeded(&writer, currentView)
    }
  }

  private static func isWorn(_ before: Effort, _ now: Effort) -> Bool {
    before != .exact && (now == .exact || now.probes > 2 * before.probes)
  }
}
