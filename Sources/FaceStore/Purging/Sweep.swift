internal import LevelDB

/// Deleting many keys, and finding out which ranges to compact for them.
enum Sweep {
  static let batchBytes = 1 << 20
  /// Ranges per kind and gallery that single keys are gathered into.
  static let clustersPerKind = 16
  /// Keys that are at most this far apart share a range anyway.
  static let nearby: UInt64 = 64

  /// Everything that a gallery's number may be in, but the requests' times, which go with the requests.
  static func ranges(ofGallery number: UInt64, models: [UInt64]) -> [KeyRange] {
    let kinds: [KeyKind] = [
      .identity, .name, .face, .identityFace, .crop, .request, .photograph, .deletedPhotograph, .change,
      .changePayload, .apart, .calibration, .dataKey,
    ]
    return kinds.map { Key.range($0, number) } + models.map { Key.range(.embedding, $0, number) }
  }

  static func delete(_ keys: [[UInt8]], in database: Database, synced: Bool = false) throws(StoreError) {
    var batch = WriteBatch()
    for key in keys {
      batch.delete(key)
      if batch.byteCount >= batchBytes { try write(&batch, to: database, synced: synced) }
    }
    try write(&batch, to: database, synced: synced)
  }

  /// Deletes every key of `range`. Nothing else may write to it. Not synced: after a crash it is done again.
  static func deleteAll(_ range: KeyRange, in engine: LevelDBEngine) throws(StoreError) {
    let cursor = engine.longCursor(range)
    var batch = WriteBatch()
    while try cursor.advance() {
      let key = cursor.key
      batch.delete(key)
      if key.first == KeyKind.request.rawValue, let request = try? RequestRecord(cursor.value) {
        batch.delete(Key.requestTime(request.createdAt, try Key.number(0, of: key), key.dropFirst(9)))
      }
      if batch.byteCount >= batchBytes { try write(&batch, to: engine.database) }
    }
    try write(&batch, to: engine.database)
  }

  private static func write(
    _ batch: inout WriteBatch, to database: Database, synced: Bool = false
  ) throws(StoreError) {
    guard batch.count > 0 else { return }
    do {
      try database.write(batch, synced: synced)
    } catch {
      throw StoreError(error)
    }
    batch.removeAll()
  }

  /// Few ranges that cover all of `keys`, whose last 8 bytes are a number: keys that differ in that alone are gathered,
  /// and parted at the widest gaps.
  static func clusters(of keys: [[UInt8]]) -> [KeyRange] {
    Dictionary(grouping: keys) { $0.dropLast(8) }.values.flatMap { keys -> [KeyRange] in
      let keys = keys.sorted { $0.lexicographicallyPrecedes($1) }
      let numbers = keys.map { key in key.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
      let gaps = (1..<max(1, keys.count)).filter { numbers[$0] - numbers[$0 - 1] > nearby }
      let cuts = gaps.sorted { numbers[$0] - numbers[$0 - 1] > numbers[$1] - numbers[$1 - 1] }
        .prefix(clustersPerKind - 1).sorted()
      return zip([0] + cuts, cuts + [keys.count]).map { KeyRange(from: keys[$0], upTo: keys[$1 - 1] + [0]) }
    }
  }
}
