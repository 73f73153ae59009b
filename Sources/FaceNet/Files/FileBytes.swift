import FaceTypes
import Glibc

/// Whole files in and out, with a limit before anything is allocated and no half-written file after a crash.
package enum FileBytes {
  /// The bytes of a regular file.
  ///
  /// - Parameter limit: the largest size that is read, in bytes.
  package static func read(_ path: String, limit: Int) throws(ModelFileError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("cannot open", path) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw failure("cannot look at", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw ModelFileError(.unreadable, "'\(path)' is no regular file")
    }
    let size = Int(status.st_size)
    guard size <= limit else {
      throw ModelFileError(.tooLarge, "'\(path)' has \(size) bytes; at most \(limit) are read")
    }
    var failed = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = unsafe Glibc.read(descriptor, buffer.baseAddress! + count, size - count)
        if got < 0 && errno == EINTR { continue }
        if got <= 0 {
          failed = got < 0
          break
        }
        count += got
      }
    }
    if failed { throw failure("cannot read", path) }
    return bytes
  }

  /// Writes a temporary file beside `path`, syncs it and renames it over `path`: after a crash there is the old
  /// file or the new one, never a part.
  package static func writeAtomically(_ bytes: [UInt8], to path: String) throws(ModelFileError) {
    let temporary = "\(path).\(getpid()).partial"
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("cannot create", temporary) }
    var written = 0
    while written < bytes.count {
      let put = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress! + written, bytes.count - written)
      }
      if put < 0 && errno == EINTR { continue }
      if put <= 0 { break }
      written += put
    }
    let synced = written == bytes.count && fsync(descriptor) == 0
    let error = failure("cannot write", temporary)
    close(descriptor)
    guard synced, unsafe rename(temporary, path) == 0 else {
      unsafe unlink(temporary)
      throw error
    }
    syncFolder(of: path)
  }

  /// Makes the rename itself durable. Some file systems cannot sync a folder; then the rename stands as it is.
  private static func syncFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let descriptor = unsafe open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private static func failure(_ what: String, _ path: String) -> ModelFileError {
    ModelFileError(.unreadable, "\(what) '\(path)': \(systemMessage(errno))")
  }
}
