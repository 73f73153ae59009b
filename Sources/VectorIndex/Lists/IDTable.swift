internal import CVectorKernels

/// Where each id's vector is: an open hash table of slots, the ids themselves being in the rows. Takes about a third
/// of what a dictionary would, and can be filled as fast as memory allows.
struct IDTable {
  private static let empty = UInt32.max
  private var slots: [UInt32]
  private(set) var count = 0

  init(minimumCapacity: Int = 0) {
    var size = 64
    while size * 2 < minimumCapacity * 3 { size *= 2 }
    slots = Array(repeating: Self.empty, count: size)
  }

  /// Takes in all rows of a store that are not removed.
  init(of rows: RowStore) {
    let count = rows.count
    self.init(minimumCapacity: count)
    for slot in 0..<count where !rows.isRemoved(slot) {
      place(rows.id(slot), UInt32(slot))
      self.count += 1
    }
  }

  var bytes: Int { slots.count * 4 }

  /// The multiplier spreads consecutive ids (Knuth, TAOCP 6.4).
  @inline(__always)
  private func home(_ id: UInt64) -> Int {
    Int(truncatingIfNeeded: (id &* 0x9e37_79b9_7f4a_7c15) >> 32) & (slots.count - 1)
  }

  /// The slot of `id`, if it is there.
  func slot(of id: UInt64, in rows: RowStore) -> UInt32? {
    var at = home(id)
    while slots[at] != Self.empty {
      if rows.id(Int(slots[at])) == id { return slots[at] }
      at = (at + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Of many ids in one go: each takes two places of memory that no cache holds, and so they are read side by side.
  private static let batch = 64

  /// The slots of those ids that are there, in the order of the ids.
  func slots(of ids: Set<UInt64>, in rows: RowStore) -> [UInt32] {
    var found: [UInt32] = []
    found.reserveCapacity(ids.count)
    var waiting: [UInt64] = []
    func resolve() {
      slots.withUnsafeBufferPointer { slots in
        for id in waiting { vk_prefetch(slots.baseAddress! + home(id), 4) }
        for id in waiting {
          let slot = slots[home(id)]
          if slot != Self.empty { rows.prefetchID(Int(slot)) }
        }
      }
      for id in waiting { if let slot = slot(of: id, in: rows) { found.append(slot) } }
      waiting.removeAll(keepingCapacity: true)
    }
    for id in ids {
      waiting.append(id)
      if waiting.count == Self.batch { resolve() }
    }
    resolve()
    return found
  }

  /// Notes an id that is not there yet and whose row is filled.
  mutating func insert(_ id: UInt64, _ slot: UInt32, in rows: RowStore) {
    if (count + 1) * 3 > slots.count * 2 { grow(rows) }
    place(id, slot)
    count += 1
  }

  private mutating func place(_ id: UInt64, _ slot: UInt32) {
    var at = home(id)
    while slots[at] != Self.empty { at = (at + 1) & (slots.count - 1) }
    slots[at] = slot
  }

  private mutating func grow(_ rows: RowStore) {
    let old = slots
    slots = Array(repeating: Self.empty, count: old.count * 2)
    for slot in old where slot != Self.empty { place(rows.id(Int(slot)), slot) }
  }

  /// Takes `id` out and returns its slot; nil when it is not there.
  mutating func remove(_ id: UInt64, in rows: RowStore) -> UInt32? {
    var at = home(id)
    while slots[at] != Self.empty, rows.id(Int(slots[at])) != id { at = (at + 1) & (slots.count - 1) }
    let slot = slots[at]
    guard slot != Self.empty else { return nil }
    // Whatever comes after in the same run moves up into the gap, if that is not before its home.
    var gap = at
    var next = (at + 1) & (slots.count - 1)
    while slots[next] != Self.empty {
      let home = home(rows.id(Int(slots[next])))
      let distance = (next - home) & (slots.count - 1)
      if distance >= (next - gap) & (slots.count - 1) {
        slots[gap] = slots[next]
        gap = next
      }
      next = (next + 1) & (slots.count - 1)
    }
    slots[gap] = Self.empty
    count -= 1
    return slot
  }
}
