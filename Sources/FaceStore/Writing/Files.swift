internal import FaceTypes

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
      guard unsafe mkdir(part, 0o700) != 0, errno != EEXIST else { continue }
      let failure = errno
      // A parent that exists may answer with an error of its own (such as a read-only file system).
      var status = stat()
      if unsafe stat(part, &status) == 0 { continue }
      throw StoreError(.io, "cannot make the data directory \(part): \(systemMessage(failure))")
    }
  }

  /// Writes that many bytes to a file, syncs it and removes it: throws `io` when there is no room for them.
  static func probe(_ directory: String, bytes: UInt64) throws(StoreError) {
    let path = directory + "/room"
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw StoreError(.io, "cannot write to \(directory): \(systemMessage(errno))") }
    defer {
      close(file)
      unsafe unlink(path)
    }
    let piece = [UInt8](repeating: 0, count: 1 << 16)
    var rest = bytes
    while rest > 0 {
      let count = unsafe write(file, piece, Int(min(rest, UInt64(piece.count))))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw StoreError(
          .io, "cannot write to \(directory): \(systemMessage(errno)); make room on the disk")
      }
      rest -= UInt64(count)
    }
    guard fsync(file) == 0 else {
      throw StoreError(.io, "cannot write to \(directory): \(systemMessage(errno)); make room on the disk")
    }
  }

  /// Bytes of the files in a directory whose names end with `suffix`.
  static func size(ofDirectory path: String, suffix: String = "") throws(StoreError) -> UInt64 {
    guard let directory = unsafe opendir(path) else {
      throw StoreError(.io, "cannot list \(path): \(systemMessage(errno))")
    }
    defer { unsafe closedir(directory) }
    var size: UInt64 = 0
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name.hasSuffix(suffix) else { continue }
      // Compaction deletes files meanwhile; those count no more.
      var status = stat()
      guard unsafe stat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      size += UInt64(status.st_size)
    }
    return size
  }
}
