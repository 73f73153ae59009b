internal import LevelDB

/// Makes deleted bytes leave LevelDB's files.
///
/// Deleting a key in LevelDB only writes a marker; the value stays in the log and the tables until they are rewritten.
/// So an erasure
///
/// 1. flushes, so that no value to be purged is in the log or the memory table: a marker that meets its value there
///    would travel with it into one table, which nothing then rewrites;
/// 2. writes markers (again), which now lie above every table with such a value;
/// 3. waits for reads that began earlier: their snapshots would keep the values;
/// 4. compacts the keys' ranges, which carries each marker down through every table that has its key — twice, because
///    LevelDB decides how deep to go before it begins, and its own compactions go on meanwhile;
/// 5. waits for reads again, whose cursors keep replaced tables on the disk, and flushes, which deletes those;
/// 6. removes the notes, synced; this also brings out any error of the compactions.
extension LevelDBEngine {
  func erase(
    _ plan: ErasurePlan, _ gate: ReaderGate, checkOpen: () throws(StoreError) -> Void
  ) throws(StoreError) {
    database.flush()
    try Sweep.delete(plan.keys, in: database)
    let prefixes = plan.photographs.indices.filter { $0 % 2 == 0 }.map { KeyRange(prefix: plan.photographs[$0]) }
    for range in plan.ranges + prefixes {
      try checkOpen()
      try Sweep.deleteAll(range, in: self)
    }

    gate.waitForReaders()
    for range in plan.ranges + Sweep.clusters(of: plan.keys) + Sweep.clusters(of: plan.photographs) {
      for _ in 0..<2 {
        try checkOpen()
        database.compact(LevelDB.KeyRange(range))
      }
    }
    gate.waitForReaders()
    database.flush()
    try Sweep.delete(plan.notes, in: database, synced: true)
  }
}
