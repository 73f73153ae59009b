/// The version of the key layout and the records, and how to get there from earlier ones.
package struct Schema: Sendable {
  /// Brings a store from one version to the next. It must be safe to run again after a crash in the middle.
  package typealias Migration = @Sendable (_ directory: borrowing Migrating) throws(StoreError) -> Void

  /// What a migration may do: read and change raw records.
  package struct Migrating: ~Copyable {
    let engine: any RecordEngine

    package func value(_ key: [UInt8]) throws(StoreError) -> [UInt8]? { try engine.present.value(key) }

    package func put(_ key: [UInt8], _ value: [UInt8]) throws(StoreError) { try engine.put(key, value) }
  }

  package let version: UInt32
  /// By the version they start from.
  package let migrations: [UInt32: Migration]

  package init(version: UInt32, migrations: [UInt32: Migration]) {
    self.version = version
    self.migrations = migrations
  }

  /// What this faced reads and writes.
  ///
  /// Version 2 gives face records landmarks. Those of version 1 are read as they stand, having none, so that there is
  /// nothing to rewrite; the number keeps an earlier faced from reading records that it does not know.
  /// Version 3 notes which photographs were enrolled; faces of earlier versions came from none that is known.
  /// Version 4 brings the history of changes; stores of earlier versions have none.
  /// Version 5 gives face records the digest of their photograph, identities labels, and galleries a policy, keeps pairs
  /// apart and galleries' calibrations; earlier records have none.
  /// Version 6 may be encrypted; earlier stores are not.
  package static let current = Schema(
    version: 6, migrations: [1: { _ in }, 2: { _ in }, 3: { _ in }, 4: { _ in }, 5: { _ in }])
}

/// The first record of every store.
struct HeaderRecord: Hashable, Sendable {
  static let magic = Array("faced store".utf8)

  var schema: UInt32
  let createdAt: Int64
  let nameKey: SipHash

  init(schema: UInt32, createdAt: Int64) {
    self.schema = schema
    self.createdAt = createdAt
    nameKey = SipHash(k0: .random(in: 0...UInt64.max), k1: .random(in: 0...UInt64.max))
  }

  init(_ value: [UInt8]) throws(StoreError) {
    var reader = try RecordReader(value, "header")
    guard try reader.raw(Self.magic.count).elementsEqual(Self.magic) else {
      throw StoreError(.invalidArgument, "the directory holds a database that is not faced's; choose another one")
    }
    schema = try reader.integer()
    createdAt = try reader.integer()
    nameKey = SipHash(k0: try reader.integer(), k1: try reader.integer())
    // A later version may add fields here: the number is read first and refuses them with better advice.
  }

  var encoded: [UInt8] {
    var writer = RecordWriter()
    writer.put(raw: Self.magic)
    writer.put(schema)
    writer.put(createdAt)
    writer.put(nameKey.k0)
    writer.put(nameKey.k1)
    return writer.bytes
  }
}

extension Schema {
  /// Reads the header, makes it for an empty database where the store `mayBegin`, and migrates an older one.
  ///
  /// - Parameter place: where the store is, for people.
  func prepare(
    _ engine: any RecordEngine, _ place: String, now: Int64, mayBegin: Bool = true
  ) throws(StoreError) -> HeaderRecord {
    guard let value = try engine.present.value(Key.header) else {
      return try begin(engine, place, now: now, mayBegin: mayBegin)
    }
    var header = try HeaderRecord(value)
    guard header.schema <= version else {
      throw StoreError(
        .schemaTooNew,
        "the data directory has schema \(header.schema) and this faced knows up to \(version); start the newer faced "
          + "that wrote it, or use another data directory")
    }
    while header.schema < version {
      guard let migration = migrations[header.schema] else {
        throw StoreError(.failedPrecondition, "this faced cannot migrate a store of schema \(header.schema)")
      }
      try migration(Migrating(engine: engine))
      header.schema += 1
      try engine.put(Key.header, header.encoded)
    }
    return header
  }

  /// Makes the header, unless another daemon has made it meanwhile.
  private func begin(
    _ engine: any RecordEngine, _ place: String, now: Int64, mayBegin: Bool
  ) throws(StoreError) -> HeaderRecord {
    let transaction = try engine.begin()
    if let value = try transaction.value(Key.header) {
      transaction.abandon()
      return try HeaderRecord(value)
    }
    if try transaction.value(Key.copying) != nil {
      transaction.abandon()
      throw StoreError(
        .failedPrecondition,
        "a copy of a store to \(place) was not finished; `facectl store copy` with the same stores finishes it")
    }
    guard try !transaction.cursor(.all).advance() else {
      transaction.abandon()
      throw StoreError(.invalidArgument, "the directory holds a database that is not faced's; choose another one")
    }
    guard mayBegin else {
      transaction.abandon()
      throw StoreError(.corruption, "the store in \(place) has lost everything it held; restore a backup")
    }
    let header = HeaderRecord(schema: version, createdAt: now)
    try transaction.commit([Key.header: header.encoded])
    return header
  }
}
