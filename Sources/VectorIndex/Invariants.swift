internal import Synchronization

extension VectorIndex {
  /// Checks that all parts of the index agree, with writers held off; for tests, which call it after random
  /// operations. Takes time in proportion to the size.
  ///
  /// - Returns: what does not hold, empty when all is well.
  package func checkInvariants() -> [String] {
    writer.withLock { writer in
      let view = currentView
      let rows = view.rows
      var broken: [String] = []
      let live = rows.liveSlots(below: rows.count)
      if live.count != view.liveCount { broken.append("\(live.count) rows are live, \(view.liveCount) are counted") }
      if writer.slots.count != live.count { broken.append("\(writer.slots.count) ids for \(live.count) live rows") }
      for slot in live where writer.slots[rows.id(Int(slot))] != slot {
        broken.append("row \(slot) holds id \(rows.id(Int(slot))), which is noted elsewhere")
      }
      if let partition = view.partition { broken += Self.check(partition, rows, live) }
      return broken
    }
  }

  /// Every live row is in exactly one list, the one that a search would expect it in.
  private static func check(_ partition: Partition, _ rows: RowStore, _ live: [UInt32]) -> [String] {
    var broken: [String] = []
    var places = Array(repeating: 0, count: rows.count)
    for list in 0..<partition.lists.listCount {
      for slot in partition.lists.slots(of: list) {
        guard slot < rows.count else {
          broken.append("list \(list) names row \(slot) of \(rows.count)")
          continue
        }
        places[Int(slot)] += 1
        if partition.nearestList(Int(slot), of: rows) != list { broken.append("row \(slot) is in a list not its own") }
      }
    }
    for slot in live where places[Int(slot)] != 1 {
      broken.append("row \(slot) is in \(places[Int(slot)]) lists")
    }
    return broken
  }
}
