internal import Glibc

/// A file in memory, to be read.
///
/// `@unchecked Sendable`: constant after `init`.
final class MappedFile: @unchecked Sendable {
  let start: UnsafeMutableRawPointer
  let count: Int

  /// - Throws: `checkpointUnreadable`.
  init(_ path: String) throws(IndexError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Self.unreadable(path) }
    defer { close(file) }
    var information = stat()
    guard fstat(file, &information) == 0, information.st_size > 0 else { throw Self.unreadable(path) }
    count = Int(information.st_size)
    // All pages are looked up now, in one go.
    let flags = MAP_PRIVATE | Int32(MAP_POPULATE)
    guard let memory = mmap(nil, count, PROT_READ, flags, file, 0), memory != MAP_FAILED else {
      throw Self.unreadable(path)
    }
    start = memory
  }

  deinit { munmap(start, count) }

  private static func unreadable(_ path: String) -> IndexError {
    IndexError(
      .checkpointUnreadable,
      "the index checkpoint '\(path)' cannot be read (\(String(cString: strerror(errno)))): build the index anew")
  }
}

/// A file that takes the place of another only when it is whole.
struct ReplacingFile: ~Copyable {
  private let path: String
  private let temporary: String
  private let file: Int32
  private(set) var count = 0
  /// Bytes at the last sync.
  private var synced = 0
  /// Syncs come this often, so that none of them, and nobody who waits for the file, takes long.
  private static let syncEvery = 32 << 20

  /// - Throws: `checkpointUnwritable`.
  init(_ path: String) throws(IndexError) {
    self.path = path
    temporary = path + ".new"
    file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Self.failed(path) }
  }

  deinit { close(file) }

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(IndexError) {
    var rest = bytes
    while let start = rest.baseAddress, rest.count > 0 {
      let written = Glibc.write(file, start, min(rest.count, 1 << 30))
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw Self.failed(path) }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
    }
    count += bytes.count
    if count - synced >= Self.syncEvery {
      guard fdatasync(file) == 0 else { throw Self.failed(path) }
      synced = count
    }
  }

  /// Overwrites what is at the beginning.
  func writeAtStart(_ bytes: UnsafeRawBufferPointer) throws(IndexError) {
    guard pwrite(file, bytes.baseAddress, bytes.count, 0) == bytes.count else { throw Self.failed(path) }
  }

  /// Makes the file durable and puts it in place.
  consuming func commit() throws(IndexError) {
    guard fsync(file) == 0, rename(temporary, path) == 0 else { throw Self.failed(path) }
    let folder = path.lastIndex(of: "/").map { path[..<$0] } ?? "."
    let directory = open(folder.isEmpty ? "/" : String(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw Self.failed(path) }
    defer { close(directory) }
    guard fsync(directory) == 0 else { throw Self.failed(path) }
  }

  /// Takes back what was written.
  consuming func discard() { unlink(temporary) }

  private static func failed(_ path: String) -> IndexError {
    IndexError(
      .checkpointUnwritable,
      "the index checkpoint '\(path)' cannot be written (\(String(cString: strerror(errno)))): look for room and rights"
    )
  }
}
