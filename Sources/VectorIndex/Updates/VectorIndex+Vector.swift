internal import Synchronization

extension VectorIndex {
  /// How far, at most, the vector that is kept of a vector of this many dimensions is from the vector that was added. In a
  /// random rotation, as they are kept, it is about 5e-5 whatever the dimension: the bound allows for a vector that lies
  /// along one of the axes that were drawn.
  ///
  /// A coordinate within ±7 steps of 4-bit codes is off by at most step / 4096 = 0.335 / (4096·√dimension). Of those beyond
  /// there are at most 1 / (7·step)², and each is off by at most 1 / 4096.
  public static func rounding(dimension: Int) -> Float { 1e-4 + 5.5e-5 * Float(dimension).squareRoot() }

  /// The vector of this id as it is kept, which `rounding` is about; nil when the index does not hold it. Waits for a write
  /// in progress.
  public func vector(_ id: UInt64) -> [Float]? {
    writer.withLock { writer in
      let rows = currentView.rows
      guard let slot = writer.table.slot(of: id, in: rows) else { return nil }
      return withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * rows.rotation.padded) { memory in
        let rotated = memory.baseAddress!
        rows.unpack(Int(slot), into: rotated)
        rows.rotation.undo(rotated, into: rotated + rows.rotation.padded)
        return Array(UnsafeBufferPointer(start: rotated + rows.rotation.padded, count: dimension))
      }
    }
  }
}
