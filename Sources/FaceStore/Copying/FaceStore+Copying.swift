package import FaceTypes
internal import LevelDB

/// The store as it was at one change number.
package struct StoreCopySummary: Hashable, Sendable {
  package let changeNumber: UInt64
  package let galleries: UInt64
  package let identities: UInt64
  package let faces: UInt64
  package let models: [ModelID]
  package let activeModel: ModelID?
}

extension FaceStore {
  /// Calls `body` with every record, as of one moment, in key order; changes go on meanwhile. The records may be put into an
  /// empty store with `StoreRestorer`.
  ///
  /// A purge waits until it is over, as it waits for every reader.
  ///
  /// - Parameters:
  ///   - begin: is called first.
  ///   - body: takes a record's key and value.
  /// - Throws: what `begin` and `body` throw, and `StoreError`.
  package func copyRecords(
    begin: (StoreCopySummary) throws -> Void, _ body: ([UInt8], [UInt8]) throws -> Void
  ) throws {
    var thrown: (any Error)?
    try readFixed { view throws(StoreError) in
      let galleries = try view.galleries()
      let models = try view.models()
      let summary = StoreCopySummary(
        changeNumber: try view.next(.change), galleries: UInt64(galleries.count),
        identities: galleries.reduce(0) { $0 + $1.record.identityCount },
        faces: galleries.reduce(0) { $0 + $1.record.faceCount }, models: models.map(\.record.id),
        activeModel: models.first { $0.record.state == .active }?.record.id)
      do {
        try begin(summary)
        try view.scan(.all) { key, value throws(StoreError) in
          // The keys of an encrypted store are copied apart: who has a copy of the store cannot read those who were
          // deleted since.
          if key.first == KeyKind.dataKey.rawValue { return true }
          if let kind = key.first, KeyKind.ofSharing.contains(kind) { return true }
          do { try body(key, value) } catch {
            thrown = error
            return false
          }
          return true
        }
      } catch let error as StoreError {
        throw error
      } catch {
        thrown = error
      }
    }
    if let thrown { throw thrown }
  }
}

extension FaceStore {
  /// Calls `body` with the records of an encrypted store's keys, which `copyRecords` leaves out, as of one moment.
  ///
  /// - Throws: as `copyRecords`; `failedPrecondition` where the store is not encrypted.
  package func copyKeys(
    begin: (StoreCopySummary) throws -> Void, _ body: ([UInt8], [UInt8]) throws -> Void
  ) throws {
    guard sealing != nil else {
      throw StoreError(
        .failedPrecondition, "the store is not encrypted: a backup has everything, and there are no keys")
    }
    var (records, summary) = ([([UInt8], [UInt8])](), StoreCopySummary?.none)
    try readFixed { view throws(StoreError) in
      let galleries = try view.galleries()
      summary = StoreCopySummary(
        changeNumber: try view.next(.change), galleries: UInt64(galleries.count),
        identities: galleries.reduce(0) { $0 + $1.record.identityCount },
        faces: galleries.reduce(0) { $0 + $1.record.faceCount }, models: [], activeModel: nil)
      if let record = try view.value(Key.sealing) { records.append((Key.sealing, record)) }
      for gallery in galleries {
        try view.scan(Key.range(.dataKey, gallery.number)) { key, value throws(StoreError) in
          records.append((key, value))
          return true
        }
      }
    }
    if let summary { try begin(summary) }
    for (key, value) in records { try body(key, value) }
  }
}

/// Fills a directory with the records of a copy. Nothing is a store there before `finish()`.
package final class StoreRestorer {
  private let database: Database
  private var batch = WriteBatch()
  private let directory: String
  /// Whether what was put is of an encrypted store.
  package private(set) var isSealed = false

  /// - Parameter directory: is made; it must be absent or empty.
  package init(directory: String) throws(StoreError) {
    try Files.makeDirectory(directory)
    self.directory = directory
    var options = DatabaseOptions()
    options.errorIfExists = true
    options.compression = .none
    let settings = options
    database = try mapped { () throws(LevelDBError) in try Database(path: directory, options: settings) }
  }

  /// Puts a record of `copyKeys`; the store then opens with the master key of these.
  ///
  /// - Throws: `invalidArgument` for any other record.
  package func putKey(_ key: [UInt8], _ value: [UInt8]) throws(StoreError) {
    guard key == Key.sealing || key.first == KeyKind.dataKey.rawValue else {
      throw StoreError(.invalidArgument, "the file of keys has other records; it is a backup, or was changed")
    }
    try put(key, value)
  }

  package func put(_ key: [UInt8], _ value: [UInt8]) throws(StoreError) {
    if key == Key.sealing { isSealed = true }
    batch.put(key, value)
    guard batch.byteCount > 4 << 20 else { return }
    try write(synced: false)
  }

  /// Writes what is left, synced to the disk.
  package func finish() throws(StoreError) {
    try write(synced: true)
    database.flush()
  }

  private func write(synced: Bool) throws(StoreError) {
    do { try database.write(batch, synced: synced) } catch { throw StoreError(error) }
    batch.removeAll()
  }
}
