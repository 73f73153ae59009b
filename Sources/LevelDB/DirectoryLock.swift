#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// LevelDB's own lock file, locked from before the database's files are looked at until they are sealed.
///
/// LevelDB locks the same file; record locks belong to the process, so the two do not exclude each other. A process loses
/// its lock when it closes any descriptor of the file, so LevelDB's close drops this lock, and `takeAgain` is needed.
/// Its owner calls `release()` once, at the end.
final class DirectoryLock: Sendable {
  private let path: String
  private let file: Int32

  /// - Throws: `locked`, `io`.
  init(_ directory: String) throws(LevelDBError) {
    path = directory + "/LOCK"
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      throw LevelDBError(code: .io, message: "cannot open \(path): \(String(cString: strerror(errno)))")
    }
    guard takeAgain() else {
      let reason = String(cString: strerror(errno))
      close(file)
      throw LevelDBError(
        code: .locked, message: "lock \(path): \(reason); the database is in use: stop the process that has it open")
    }
  }

  /// Lets go of the file. Explicit, because it must happen before anybody of this process may lock it anew.
  func release() { close(file) }

  /// False when another process has it.
  func takeAgain() -> Bool {
    var range = flock()
    range.l_type = Int16(F_WRLCK)
    range.l_whence = Int16(SEEK_SET)
    return fcntl(file, F_SETLK, &range) == 0
  }

  /// Whether the path still leads to the file that is locked. The open descriptor keeps its number from being given to
  /// another file.
  var isInPlace: Bool {
    var status = stat()
    guard fstat(file, &status) == 0 else { return false }
    return OpenDatabases.identity(of: path)
      == OpenDatabases.Directory(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }
}
