internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The databases this process has open, by the device and inode of their directories.
///
/// LevelDB's lock is a POSIX record lock, which a process loses when it closes *any* descriptor of the file; LevelDB
/// 1.23 opens and closes one before it notices that this process holds the lock already. So a second open by this
/// process must be refused before LevelDB sees it, or another process could then get in.
enum OpenDatabases {
  struct Directory: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  private static let open = Mutex<Set<Directory>>([])

  /// Notes the directory as open; makes it when it is absent and `create` says so.
  static func enter(_ path: String, create: Bool) throws(LevelDBError) -> Directory {
    // Only the owner may enter: LevelDB makes its files readable by all.
    if create, mkdir(path, 0o700) != 0, errno != EEXIST {
      let code: LevelDBError.Code = errno == ENOENT ? .invalidArgument : .io
      throw LevelDBError(code: code, message: "cannot make \(path): \(String(cString: strerror(errno)))")
    }
    guard let directory = identity(of: path) else {
      let code: LevelDBError.Code = errno == ENOENT ? .invalidArgument : .io
      throw LevelDBError(code: code, message: "cannot open \(path): \(String(cString: strerror(errno)))")
    }
    guard open.withLock({ $0.insert(directory).inserted }) else {
      throw LevelDBError(code: .locked, message: "\(path) is already open in this process")
    }
    return directory
  }

  /// Which file or directory a path leads to; nil, and `errno` says why, where it leads to none.
  static func identity(of path: String) -> Directory? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Directory(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  static func leave(_ directory: Directory) { open.withLock { _ = $0.remove(directory) } }
}
