internal import FaceTypes
internal import Foundation

/// Keeps a second daemon out of a data folder whose store is elsewhere, where no lock of the store does.
final class FolderLock: Sendable {
  private let file: Int32

  /// - Throws: `STORE_IN_USE`, `DIRECTORY_UNUSABLE`.
  init(_ directory: String) throws(EngineError) {
    let path = directory + "/lock"
    file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw EngineError(
        .failedPrecondition, .directoryUnusable,
        "cannot write in '\(directory)' (\(systemMessage(errno))); choose another folder with --data")
    }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      close(file)
      throw EngineError(
        .failedPrecondition, .storeInUse,
        "another faced uses the folder '\(directory)'; stop it, or give each its own with --data")
    }
  }

  deinit { close(file) }
}
