import Foundation

/// What the machine, or the container, has to give.
enum Machine {
  /// Bytes that are left on the disk of `path`.
  static func freeBytes(at path: String) -> UInt64? {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize)
  }
}
