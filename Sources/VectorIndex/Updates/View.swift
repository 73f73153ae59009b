/// What a search looks at. Searches take the current view under a lock held for the time of one reference count and
/// work outside it; a view is replaced as a whole, and what is in it only ever grows or is marked.
final class View: Sendable {
  let rows: RowStore
  /// nil while searches are exact.
  let partition: Partition?

  init(rows: RowStore, partition: Partition?) {
    self.rows = rows
    self.partition = partition
  }

  var liveCount: Int {
    // Removed first: a row is appended before it can be removed, so the difference is never negative.
    let removed = rows.removedCount
    return rows.count - removed
  }
}
