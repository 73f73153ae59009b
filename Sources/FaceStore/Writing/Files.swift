#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The few things the store asks of the file system itself.
enum Files {
  /// Makes the directory and those above it that are missing; only the owner may enter what it makes.
  static func makeDirectory(_ path: String) throws(StoreError) {
    var end = path.startIndex
    while end < path.endIndex {
      end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
      let part = String(path[..<end])
      guard mkdir(part, 0o700) != 0, errno != EEXIST else { continue }
      let failure = errno
      // A parent that exists may answer with an error of its own (such as a read-only file system).
      var status = stat()
      if stat(part, &status) == 0 { continue }
      throw StoreError(.io, "cannot make the data directory \(part): \(String(cString: strerror(failure)))")
    }
  }

  /// Bytes of the files in a directory.
  static func size(ofDirectory path: String) throws(StoreError) -> UInt64 {
    guard let directory = opendir(path) else {
      throw StoreError(.io, "cannot list \(path): \(String(cString: strerror(errno)))")
    }
    defer { closedir(directory) }
    var size: UInt64 = 0
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      // Compaction deletes files meanwhile; those count no more.
      var status = stat()
      guard stat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      size += UInt64(status.st_size)
    }
    return size
  }
}
