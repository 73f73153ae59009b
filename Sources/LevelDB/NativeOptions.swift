internal import CLevelDB

/// `leveldb_options_t` with the cache and the filter it points to, which LevelDB leaves to its user to free.
final class NativeOptions {
  let handle: OpaquePointer
  private let cache: OpaquePointer
  private let filter: OpaquePointer?

  init(_ options: DatabaseOptions) {
    handle = leveldb_options_create()
    cache = leveldb_cache_create_lru(max(0, options.blockCacheBytes))
    filter =
      options.bloomBitsPerKey > 0 ? leveldb_filterpolicy_create_bloom(CInt(clamping: options.bloomBitsPerKey)) : nil
    leveldb_options_set_create_if_missing(handle, options.createIfMissing ? 1 : 0)
    leveldb_options_set_error_if_exists(handle, options.errorIfExists ? 1 : 0)
    leveldb_options_set_paranoid_checks(handle, options.paranoidChecks ? 1 : 0)
    leveldb_options_set_write_buffer_size(handle, max(0, options.writeBufferBytes))
    leveldb_options_set_max_open_files(handle, CInt(clamping: options.maximumOpenFiles))
    leveldb_options_set_max_file_size(handle, max(0, options.maximumFileBytes))
    leveldb_options_set_cache(handle, cache)
    if let filter { leveldb_options_set_filter_policy(handle, filter) }
    switch options.compression {
    case .none: leveldb_options_set_compression(handle, CInt(leveldb_no_compression))
    case .snappy: leveldb_options_set_compression(handle, CInt(leveldb_snappy_compression))
    }
  }

  deinit {
    leveldb_options_destroy(handle)
    if let filter { leveldb_filterpolicy_destroy(filter) }
    leveldb_cache_destroy(cache)
  }
}
