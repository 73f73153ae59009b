public import FaceTypes
internal import LevelDB

/// The store as it was at one change number.
public struct StoreCopySummary: Hashable, Sendable {
  public let changeNumber: UInt64
  public let galleries: UInt64
  public let identities: UInt64
  public let faces: UInt64
  public let models: [ModelID]
  public let activeModel: ModelID?
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
  public func copyRecords(
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

/// Fills a directory with the records of a copy. Nothing is a store there before `finish()`.
public final class StoreRestorer {
  private let database: Database
  private var batch = WriteBatch()
  private let directory: String

  /// - Parameter directory: is made; it must be absent or empty.
  public init(directory: String) throws(StoreError) {
    try Files.makeDirectory(directory)
    self.directory = directory
    var options = DatabaseOptions()
    options.errorIfExists = true
    options.compression = .none
    let settings = options
    database = try mapped { () throws(LevelDBError) in try Database(path: directory, options: settings) }
  }

  public func put(_ key: [UInt8], _ value: [UInt8]) throws(StoreError) {
    batch.put(key, value)
    guard batch.byteCount > 4 << 20 else { return }
    try write(synced: false)
  }

  /// Writes what is left, synced to the disk.
  public func finish() throws(StoreError) {
    try write(synced: true)
    database.flush()
  }

  private func write(synced: Bool) throws(StoreError) {
    do { try database.write(batch, synced: synced) } catch { throw StoreError(error) }
    batch.removeAll()
  }
}
