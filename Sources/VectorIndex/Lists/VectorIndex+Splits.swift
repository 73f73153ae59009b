internal import Dispatch
internal import Synchronization

/// Lists that have grown long are split in two on the training queue. A split fills two new lists, publishes a
/// quantizer that names these instead of the long one, and gives the long one's memory back when every search that
/// might know it has left. Writers wait for the few milliseconds that it takes.
extension VectorIndex {
  /// Lists split in one go, between which writers get their turn.
  private static let atOnce = 8

  func startSplits(_ writer: inout Writer) {
    guard !writer.isTraining else { return }
    writer.isTraining = true
    trainingQueue.async { [self] in split() }
  }

  private func split() {
    writer.withLock { writer in
      let view = currentView
      writer.isTraining = false
      guard let partition = view.partition else {
        writer.long = []
        return
      }
      writer.giveBack(of: partition, readers)
      let chosen = writer.long.sorted().prefix(Self.atOnce)
      writer.long.subtract(chosen)
      var splitter = ListSplitter(rows: view.rows, partition: partition, seed: options.seed)
      for list in chosen where partition.quantizer.contains(Int(list)) && partition.isLong(Int(list)) {
        splitter.split(Int(list))
      }
      guard splitter.count > 0 else { return maintainIfNeeded(&writer, view) }
      let fresh = View(rows: view.rows, partition: splitter.result)
      self.view.withLock { $0 = fresh }
      let ticket = readers.ticket()
      writer.abandoned += splitter.replaced.map { ($0, ticket) }
      writer.splits += splitter.count
      // Halves may be long as well.
      writer.long.formUnion(splitter.made.filter { fresh.partition?.isLong(Int($0)) ?? false })
      maintainIfNeeded(&writer, fresh)
    }
  }
}

extension Writer {
  /// Frees lists that no search can know any more.
  fileprivate mutating func giveBack(of partition: Partition, _ readers: Readers) {
    let passed = readers.passed
    for (list, ticket) in abandoned where ticket <= passed { partition.lists.release(list) }
    abandoned.removeAll { $0.ticket <= passed }
  }
}
