import Foundation

/// What stands at a path, links followed.
struct FileStatus {
  enum Kind { case file, folder, other }

  let kind: Kind
  let device: UInt64
  let inode: UInt64

  /// Nil, with `errno`, where the path leads to nothing that can be seen.
  init?(_ path: RawPath) {
    var status = stat()
    guard unsafe stat(path.bytes, &status) == 0 else { return nil }
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      default: .other
      }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }

  static func isLink(_ path: RawPath) -> Bool {
    var status = stat()
    return unsafe lstat(path.bytes, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Whether there is an entry of that name, be it a link that leads nowhere.
  static func exists(_ path: RawPath) -> Bool {
    var status = stat()
    return unsafe lstat(path.bytes, &status) == 0
  }
}

enum FolderListing {
  /// The names in a folder but for `.` and `..`, sorted by their bytes.
  static func names(in path: RawPath) -> Result<[RawPath], Refusal> {
    guard let folder = unsafe opendir(path.bytes) else { return .failure(.unreadable("folder", errno)) }
    defer { unsafe closedir(folder) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(folder) else { break }
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in unsafe Array(bytes.prefix { $0 != 0 }) }
      if name != [UInt8(ascii: ".")], name != Array("..".utf8) { names.append(name) }
    }
    // A disk that fails must not look like a short folder.
    if errno != 0 { return .failure(.unreadable("folder", errno)) }
    return .success(names.sorted { $0.lexicographicallyPrecedes($1) }.map { RawPath(bytes: $0) })
  }
}
