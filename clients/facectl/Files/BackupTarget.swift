import BackupFile
import FaceTypes
import Foundation
import Synchronization

/// Where a backup is written to: beside its name until it is whole, checked on the way.
final class BackupTarget: Sendable {
  private struct State {
    var reader = BackupReader()
    var check = BackupCheck()
  }

  private let path: String
  private let file: Int32
  private let state = Mutex(State())

  private var isStandardOutput: Bool { path == "-" }
  private var partial: String { path + ".partial" }

  init(_ path: String) throws(BackupError) {
    self.path = path
    if path == "-" {
      file = STDOUT_FILENO
      return
    }
    guard unsafe access(path, F_OK) != 0 else {
      throw BackupError("'\(path)' exists already; choose another name, nothing is overwritten")
    }
    file = unsafe open(path + ".partial", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw BackupError("cannot write '\(path).partial': \(systemMessage(errno))") }
  }

  func write(_ data: Data) throws {
    try state.withLock { state in
      for frame in try state.reader.take(data) { try state.check.take(frame) }
      state.check.count(data.count)
    }
    var done = 0
    while done < data.count {
      let written = unsafe data.withUnsafeBytes {
        unsafe Foundation.write(file, $0.baseAddress! + done, $0.count - done)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw BackupError("cannot write the backup: \(systemMessage(errno))") }
      done += written
    }
  }

  /// The backup is whole: it gets its name.
  func finish() throws -> BackupCheck {
    let check = try state.withLock { state in
      try state.reader.finish()
      return state.check
    }
    guard !isStandardOutput else { return check }
    guard fsync(file) == 0, unsafe link(partial, path) == 0 else {
      throw BackupError("cannot finish '\(path)': \(systemMessage(errno))")
    }
    unsafe unlink(partial)
    close(file)
    return check
  }

  func discard() {
    guard !isStandardOutput else { return }
    close(file)
    unsafe unlink(partial)
  }
}
