/// The committed records, or those of one snapshot.
struct View: RecordSource {
  let records: any EngineReading
  let hash: SipHash
  /// How crops and embeddings are sealed; nil where they are not.
  var sealing: Sealing?

  func value(_ key: [UInt8]) throws(StoreError) -> [UInt8]? {
    try records.value(key)
  }

  /// Walks `range` in key order until `body` returns false.
  func scan(
    _ range: KeyRange, _ body: ([UInt8], [UInt8]) throws(StoreError) -> Bool
  ) throws(StoreError) {
    let cursor = records.cursor(range)
    while try cursor.advance() {
      guard try body(cursor.key, cursor.value) else { return }
    }
  }

  /// The first `limit` records of `range`.
  func list<R>(
    _ range: KeyRange, limit: Int, _ decode: ([UInt8], [UInt8]) throws(StoreError) -> R
  ) throws(StoreError) -> [R] {
    guard (1...StoreLimits.pageSize).contains(limit) else {
      throw StoreError(.invalidArgument, "ask for 1 to \(StoreLimits.pageSize) records at a time, not \(limit)")
    }
    var records: [R] = []
    try scan(range) { key, value throws(StoreError) in
      records.append(try decode(key, value))
      return records.count < limit
    }
    return records
  }

  func models() throws(StoreError) -> [ModelEntry] {
    var entries: [ModelEntry] = []
    try scan(Key.range(.model)) { key, value throws(StoreError) in
      entries.append(try ModelEntry(key: key, value: value))
      return true
    }
    return entries
  }

  func galleries() throws(StoreError) -> [GalleryEntry] {
    var entries: [GalleryEntry] = []
    try scan(Key.range(.gallery)) { key, value throws(StoreError) in
      entries.append(try GalleryEntry(key: key, value: value))
      return true
    }
    return entries
  }
}
