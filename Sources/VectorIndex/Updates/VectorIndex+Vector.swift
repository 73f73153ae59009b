internal import Synchronization

extension VectorIndex {
  /// The vector of this id; nil when the index does not hold it. Waits for a write in progress.
  public func vector(_ id: UInt64) -> [Float]? {
    writer.withLock { writer in
      let rows = currentView.rows
      guard let slot = writer.table.slot(of: id, in: rows) else { return nil }
      return Array(UnsafeBufferPointer(start: rows.vector(Int(slot)), count: dimension))
    }
  }
}
