internal import FaceTypes
internal import Foundation

/// Folders that hold biometric data: readable by their owner alone.
enum Directories {
  static func create(_ path: String) throws(EngineError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw EngineError(
        .failedPrecondition, .directoryUnusable,
        "the folder '\(path)' cannot be made or entered (\(error.localizedDescription)); choose another with --data")
    }
  }
}
