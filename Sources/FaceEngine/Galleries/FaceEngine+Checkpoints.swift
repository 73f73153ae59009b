internal import FaceStore
internal import FaceTypes

extension FaceEngine {
  /// Writes checkpoints of the indexes and the mark of the last change while the daemon runs, until the task is
  /// cancelled.
  func keepCheckpoints() async {
    var marked: UInt64 = 0
    while !Task.isCancelled {
      try? await Task.sleep(for: .seconds(1))
      guard !Task.isCancelled else { return }
      // What the disk does not take is not tried here.
      guard writes.refusal == nil else { continue }
      if let number = try? store.changeNumber(), number != marked {
        ChangeMark.write(number, options.directory)
        marked = number
      }
      await writeDueCheckpoints()
    }
  }

  /// The change number up to which the indexes hold everything. Only within `gate.alone`.
  private func indexedChange() throws(EngineError) -> UInt64 {
    if store.isShared { return replica.position + 1 }
    return try translating { () throws(StoreError) in try store.changeNumber() }
  }

  private func writeDueCheckpoints() async {
    let active = currentView().active
    for (gallery, index) in active.indexesInMemory where checkpoints.isDue(gallery, index) && !Task.isCancelled {
      // Alone, so that index and change number are of one state; the file is written while others go on.
      let prepared = try? await gate.alone { [self] () async throws(EngineError) -> IndexCheckpoints.Prepared? in
        let sequence = try indexedChange()
        guard currentView().active === active, active.indexesInMemory[gallery] === index else { return nil }
        return checkpoints.prepare(gallery, index, active.id, sequence: sequence)
      }
      if let prepared { await checkpoints.write(prepared) }
    }
  }

  /// Leaves checkpoints of all indexes for the next start.
  func writeLastCheckpoints() async {
    guard writes.refusal == nil else { return }
    try? await gate.alone { [self] () async throws(EngineError) in
      let sequence = try indexedChange()
      let active = currentView().active
      let worthwhile = active.indexesInMemory.filter { $0.value.count >= options.checkpoints.minimumFaces }
      checkpoints.writeAll(
        worthwhile.map { checkpoints.prepare($0.key, $0.value, active.id, sequence: sequence) })
      ChangeMark.write(sequence, options.directory)
    }
  }
}
