import FaceStore
import Foundation

/// The master key, from a file or the environment.
enum EncryptionKey {
  static let variable = "FACED_ENCRYPTION_KEY"

  /// - Throws: `SettingsError`.
  static func read(file: String) throws(SettingsError) -> MasterKey {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw SettingsError(message: "the file of the encryption key, '\(file)', is missing or cannot be read")
    }
    return try key(Array(data), from: "the file '\(file)'")
  }

  /// Nil where neither says one.
  /// - Throws: `SettingsError`.
  static func read(
    file: String?, _ environment: [String: String]
  ) throws(SettingsError) -> MasterKey? {
    let text = environment[variable]
    guard file == nil || text == nil else {
      throw SettingsError(message: "give the encryption key in a file or in \(variable), not in both")
    }
    if let file { return try read(file: file) }
    guard let text else { return nil }
    return try key(Array(text.utf8), from: variable)
  }

  private static func key(_ bytes: [UInt8], from place: String) throws(SettingsError) -> MasterKey {
    do throws(StoreError) {
      return try MasterKey(bytes)
    } catch {
      throw SettingsError(message: "\(place) holds no key: \(error.message)")
    }
  }

  /// Index checkpoints of another key, or of none, are of no use any more.
  static func removeCheckpoints(_ directory: String) throws {
    let folder = directory + "/index"
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where name.hasSuffix(".index") || name.hasSuffix(".index.new") {
      try FileManager.default.removeItem(atPath: folder + "/" + name)
    }
  }
}
