internal import FaceTypes
internal import Foundation
internal import LevelDB

/// What is done with the keys of a store of which no daemon runs.
package enum StoreKeys {
  /// Wraps every data key by another master key, all of them or none. Crops and embeddings stay as they are.
  ///
  /// - Returns: how many.
  /// - Throws: `locked` where a daemon runs, `failedPrecondition` for a key that is not the store's, or a store that is not
  ///   encrypted.
  package static func rotate(directory: String, from old: MasterKey, to new: MasterKey) throws(StoreError) -> Int {
    var options = DatabaseOptions()
    (options.createIfMissing, options.compression) = (false, .none)
    let settings = options
    let database = try mapped { () throws(LevelDBError) in try Database(path: directory, options: settings) }
    guard let record = try mapped({ () throws(LevelDBError) in try database.get(Key.sealing) }) else {
      throw StoreError(.failedPrecondition, "the store is not encrypted; there is no key to change")
    }
    try SealingRecord.check(record, old)
    let (before, after) = (Sealing(old), Sealing(new))
    // One batch: a store under two keys would open with neither. It has about a hundred bytes for each identity.
    var batch = WriteBatch()
    var count = 0
    let cursor = LevelDBEngine(database).longCursor(Key.range(.dataKey))
    while try cursor.advance() {
      batch.put(cursor.key, try before.rewrapped(cursor.value, at: cursor.key, by: after))
      count += 1
    }
    batch.put(Key.sealing, SealingRecord.encoded(new))
    do { try database.write(batch, synced: true) } catch { throw StoreError(error) }
    // What the former key opens leaves the files.
    database.flush()
    for _ in 0..<2 {
      database.compact(LevelDB.KeyRange(only: Key.sealing))
      database.compact(LevelDB.KeyRange(Key.range(.dataKey)))
    }
    return count
  }

  /// Encrypts a store that is not: a copy takes its place, and the plain one is removed.
  ///
  /// - Returns: faces.
  /// - Throws: `locked` where a daemon runs, `failedPrecondition` where it is encrypted, `io`.
  package static func enable(directory: String, _ master: MasterKey) throws(StoreError) -> Int {
    let work = directory + ".encrypting"
    let plain = directory + ".plain"
    let files = FileManager.default
    // The copy was complete when the plain store was moved.
    if !files.fileExists(atPath: directory), files.fileExists(atPath: plain), files.fileExists(atPath: work) {
      try move(work, directory)
    }
    if files.fileExists(atPath: plain) { try remove(plain) }
    let count = try copy(directory, to: work, master)
    try move(directory, plain)
    try move(work, directory)
    try remove(plain)
    return count
  }

  private static func copy(_ directory: String, to work: String, _ master: MasterKey) throws(StoreError) -> Int {
    var options = DatabaseOptions()
    (options.createIfMissing, options.compression) = (false, .none)
    let settings = options
    let database = try mapped { () throws(LevelDBError) in try Database(path: directory, options: settings) }
    let header = try mapped { () throws(LevelDBError) in try database.get(Key.header) }
    guard let header else { throw StoreError(.corruption, "the store's first record is missing; restore a backup") }
    guard try mapped({ () throws(LevelDBError) in try database.get(Key.sealing) }) == nil else {
      throw StoreError(.failedPrecondition, "the store is encrypted already; `faced key rotate` changes its key")
    }
    var newHeader = try HeaderRecord(header)
    newHeader.schema = Schema.current.version
    let view = View(records: LevelDBEngine(database), hash: newHeader.nameKey)
    try mapped { () throws(LevelDBError) in try Database.destroy(path: work) }
    let target = try StoreRestorer(directory: work)
    let sealing = Sealing(master)
    try target.put(Key.header, newHeader.encoded)
    try target.put(Key.sealing, SealingRecord.encoded(master))
    var owners: [[UInt8]: (gallery: UInt64, identity: IdentityID)] = [:]
    var keys: [[UInt8]: [UInt8]] = [:]
    // Face records come before crops and embeddings in the order of keys.
    try view.scan(.all) { key, value throws(StoreError) in
      switch key.first.flatMap(KeyKind.init) {
      case .header?: return true
      case .face?:
        let number = try Key.number(0, of: key)
        let record = try FaceRecord(value, gallery: .default, id: FaceID(try Key.number(1, of: key)))
        owners[Array(key.dropFirst())] = (number, record.identity)
      case .crop?, .embedding?:
        // What belongs to nobody is on its way out, and does not come along.
        guard let owner = owners[Array(key.suffix(16))] else { return true }
        let place = Key.dataKey(owner.gallery, owner.identity)
        let wrapped = keys[place] ?? sealing.newKey(at: place)
        if keys.updateValue(wrapped, forKey: place) == nil { try target.put(place, wrapped) }
        try target.put(key, Sealing.seal(value, try sealing.key(wrapped, at: place), at: key))
        return true
      default: break
      }
      try target.put(key, value)
      return true
    }
    try target.finish()
    return owners.count
  }

  private static func move(_ from: String, _ to: String) throws(StoreError) {
    guard unsafe rename(from, to) == 0 else {
      throw StoreError(.io, "cannot move '\(from)' to '\(to)': \(systemMessage(errno))")
    }
  }

  private static func remove(_ directory: String) throws(StoreError) {
    do { try FileManager.default.removeItem(atPath: directory) } catch {
      throw StoreError(
        .io, "the plain store '\(directory)' cannot be removed; remove it: \(error.localizedDescription)")
    }
  }
}
