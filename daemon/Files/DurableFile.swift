import FaceTypes
import Foundation

/// Small files of the daemon's own that must survive a crash at any moment, readable by their owner alone.
enum DurableFile {
  /// Replaces the file whole: after a crash it has either its old or its new contents.
  static func replace(_ path: String, with data: Data) throws(FileError) {
    let folder = (path as NSString).deletingLastPathComponent
    try makeFolder(folder)
    let temporary = path + ".new"
    unsafe unlink(temporary)
    let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw FileError("cannot write", temporary) }
    do throws(FileError) {
      try write(data, to: file, temporary)
      guard fsync(file) == 0 else { throw FileError("cannot sync", temporary) }
    } catch {
      close(file)
      unsafe unlink(temporary)
      throw error
    }
    close(file)
    guard unsafe rename(temporary, path) == 0 else { throw FileError("cannot replace", path) }
    try syncFolder(folder)
  }

  /// Adds to the file's end, making it where it is not there; synced when it returns.
  static func append(_ data: Data, to path: String) throws(FileError) {
    try makeFolder((path as NSString).deletingLastPathComponent)
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw FileError("cannot write", path) }
    defer { close(file) }
    try write(data, to: file, path)
    guard fsync(file) == 0 else { throw FileError("cannot sync", path) }
  }

  static func makeFolder(_ path: String) throws(FileError) {
    guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw FileError("cannot make", path) }
  }

  static func syncFolder(_ path: String) throws(FileError) {
    let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw FileError("cannot open", path) }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw FileError("cannot sync", path) }
  }

  /// Writes all of it, however many calls that takes.
  static func write(_ data: Data, to file: Int32, _ path: String) throws(FileError) {
    var done = 0
    while done < data.count {
      let written = unsafe data.withUnsafeBytes {
        unsafe Foundation.write(file, $0.baseAddress! + done, $0.count - done)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw FileError("cannot write", path) }
      done += written
    }
  }
}

/// A file that could not be written, read or understood; the message names it and says why.
struct FileError: Error {
  let message: String

  init(message: String) { self.message = message }

  init(_ what: String, _ path: String) {
    message = "\(what) '\(path)': \(systemMessage(errno))"
  }
}
