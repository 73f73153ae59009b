import Foundation

/// An address with what belongs to it.
struct SavedContext: Codable {
  var address: String
  /// Absolute paths, so that they hold in every folder.
  var tlsCA: String?
  var tlsCertificate: String?
  var tlsKey: String?
  var token: String?

  private enum CodingKeys: String, CodingKey {
    case address, token
    case tlsCA = "tls_ca", tlsCertificate = "tls_certificate", tlsKey = "tls_key"
  }
}

/// `$XDG_CONFIG_HOME/faced/contexts.json`, for its owner alone: there may be tokens in it.
struct ContextFile: Codable {
  /// The one that commands use.
  var current: String?
  var contexts: [String: SavedContext] = [:]

  static var path: String {
    let environment = ProcessInfo.processInfo.environment
    func absolute(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
    let folder = absolute("XDG_CONFIG_HOME") ?? (absolute("HOME") ?? NSHomeDirectory()) + "/.config"
    return folder + "/faced/contexts.json"
  }

  static func read() throws(CommandFailure) -> ContextFile {
    guard FileManager.default.fileExists(atPath: path) else { return ContextFile() }
    guard let data = FileManager.default.contents(atPath: path),
      let file = try? JSONDecoder().decode(ContextFile.self, from: data)
    else { throw .usage("the contexts in '\(path)' cannot be read; repair the file, or remove it and add them again") }
    return file
  }

  /// Replaces the file whole.
  func write() throws(CommandFailure) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let folder = (Self.path as NSString).deletingLastPathComponent
    let temporary = Self.path + ".new"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      unsafe unlink(temporary)
      let made = FileManager.default.createFile(
        atPath: temporary, contents: try encoder.encode(self), attributes: [.posixPermissions: 0o600])
      guard made, unsafe rename(temporary, Self.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    } catch {
      throw CommandFailure(
        code: "failedPrecondition", reason: "FILE_NOT_WRITTEN",
        message: "the contexts cannot be written to '\(Self.path)'; check its permissions and the disk's space")
    }
  }
}
