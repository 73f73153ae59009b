/// A view in the making. Only the training that makes it touches it, until it is published.
struct Successor {
  private let old: View
  private let rows: RowStore
  private var partition: Partition?
  /// Where each id is in `rows`, when they are not the old ones.
  private(set) var slots: [UInt64: UInt32]?
  /// Old rows below this have been taken over.
  private var taken: Int

  /// - Parameter sweeping: copy the rows that are not removed, so that the memory of the others is given back.
  init(of old: View, upTo end: Int, sweeping: Bool) {
    self.old = old
    taken = end
    guard sweeping else {
      rows = old.rows
      return
    }
    rows = RowStore(dimension: old.rows.dimension)
    slots = [:]
    for slot in 0..<end { copy(slot) }
  }

  var view: View { View(rows: rows, partition: partition) }

  /// Divides the rows taken over into lists, if they are enough for it.
  mutating func divide(ifAtLeast limit: Int, options: IndexOptions) {
    let live = rows.liveSlots(below: slots == nil ? taken : rows.count)
    if live.count >= limit { partition = Partition(rows: rows, slots: live, options: options) }
  }

  /// Takes over what was written to the old view since the last time.
  ///
  /// - Parameter removed: the ids removed in that time. They are taken out first: an id that is among them and also
  ///   in a later row was added again after it was removed.
  mutating func carryOver(upTo end: Int, removed: [UInt64]) {
    for id in removed {
      if let slot = slots?.removeValue(forKey: id) { rows.remove(Int(slot)) }
    }
    for slot in taken..<end {
      if slots != nil {
        if let new = copy(slot) { partition?.add(new, of: rows) }
      } else if !rows.isRemoved(slot) {
        partition?.add(slot, of: rows)
      }
    }
    taken = end
  }

  /// Copies an old row unless it is removed; returns its new slot.
  @discardableResult
  private mutating func copy(_ slot: Int) -> Int? {
    guard !old.rows.isRemoved(slot) else { return nil }
    let id = old.rows.id(slot)
    let new = rows.append(id, old.rows.vector(slot))
    slots?[id] = UInt32(new)
    return new
  }
}
