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
      if writer.table.count != live.count { broken.append("\(writer.table.count) ids for \(live.count) live rows") }
      for slot in live where writer.table.slot(of: rows.id(Int(slot)), in: rows) != slot {
        broken.append("row \(slot) holds id \(rows.id(Int(slot))), which is noted elsewhere")
      }
      let spare = writer.spareSlots
      if Set(spare).count != spare.count || spare.count != rows.removedCount
        || !spare.allSatisfy({ rows.isRemoved(Int($0)) })
      {
        broken.append("\(spare.count) slots are spare, \(rows.removedCount) rows are removed")
      }
      for slot in writer.freeSlots where !rows.isWiped(Int(slot)) {
        broken.append("slot \(slot) is free and still holds what was removed")
      }
      if let partition = view.partition { broken += Self.check(partition, rows, live) }
      return broken
    }
  }

  /// Every live row is in the lists that are noted for it, once, and nothing else is in any list.
  private static func check(_ partition: Partition, _ rows: RowStore, _ live: [UInt32]) -> [String] {
    var broken: [String] = []
    var places: [UInt32: [UInt32]] = [:]
    for list in 0..<partition.quantizer.numberLimit where partition.quantizer.contains(list) {
      let members = partition.lists.slots(of: list).filter { !$0.isErased }.map(\.slot)
      if members.count != partition.lists.liveCount(of: list) {
        broken.append("list \(list) has \(members.count) rows, \(partition.lists.liveCount(of: list)) are counted")
      }
      for slot in members { places[slot, default: []].append(UInt32(list)) }
    }
    for slot in live {
      let pair = partition.rowLists[Int(slot)]
      let noted = [pair.first, pair.second].filter { $0 != ListsOfRows.none }
      let found = places.removeValue(forKey: slot) ?? []
      if pair.first == ListsOfRows.none || found.sorted() != noted.sorted() {
        broken.append("row \(slot) is noted in lists \(noted) and found in \(found)")
      }
    }
    for (slot, lists) in places { broken.append("row \(slot), not live, is in lists \(lists)") }
    return broken
  }
}
