internal import CLevelDB

/// Changes that are applied together, in the order given.
public struct WriteBatch: ~Copyable {
  let handle: OpaquePointer
  /// Changes in the batch.
  public private(set) var count = 0
  /// Bytes of their keys and values.
  public private(set) var byteCount = 0

  /// A batch without changes.
  public init() { handle = leveldb_writebatch_create() }

  deinit { leveldb_writebatch_destroy(handle) }

  /// Adds a write of `value` under `key`. A later change of the same key in the batch wins.
  public mutating func put(_ key: [UInt8], _ value: [UInt8]) {
    let handle = handle
    withCBytes(key) { key, keyCount in
      withCBytes(value) { leveldb_writebatch_put(handle, key, keyCount, $0, $1) }
    }
    count += 1
    byteCount += key.count + value.count
  }

  /// Adds the removal of `key`; a key that is not there is no error.
  public mutating func delete(_ key: [UInt8]) {
    let handle = handle
    withCBytes(key) { leveldb_writebatch_delete(handle, $0, $1) }
    count += 1
    byteCount += key.count
  }

  /// Empties the batch, so that it can be filled again.
  public mutating func removeAll() {
    leveldb_writebatch_clear(handle)
    count = 0
    byteCount = 0
  }
}
