import Foundation

/// One token as it is kept: everything but the secret.
struct TokenRecord: Codable, Sendable {
  let id: String
  let label: String
  let scopes: [Scope]
  /// Nil means all galleries.
  let galleries: [String]?
  /// SHA-256 of the token's text, in hexadecimal digits; empty where a certificate stands for it.
  let hash: String
  /// The name in a client's certificate that has these rights instead of whoever knows a secret.
  let certificate: String?
  let created: Date
  let expires: Date?
}

/// `access/tokens.json` in the data folder, for its owner alone.
///
/// A file of its own and not records of the store: the engine knows nothing of tokens, a backup that is restored on
/// another machine brings no credentials along, and an operator can read and remove it when the daemon does not run.
struct TokenFile: Sendable {
  private struct Contents: Codable {
    var version = 1
    var tokens: [TokenRecord]
  }

  let path: String

  /// - Throws: `SettingsError` when the file is there and cannot be read: nobody is let in by a damaged list.
  func read() throws -> [TokenRecord] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    do {
      let decoder = JSONDecoder()
      decoder.dateDecodingStrategy = .iso8601
      let contents = try decoder.decode(Contents.self, from: try Data(contentsOf: URL(fileURLWithPath: path)))
      guard contents.version == 1 else {
        throw SettingsError(message: "the token file '\(path)' was written by a newer faced; start that one")
      }
      return contents.tokens
    } catch let error as SettingsError {
      throw error
    } catch {
      throw SettingsError(
        message: "the token file '\(path)' cannot be read; repair it, or remove it and create the tokens again")
    }
  }

  func write(_ tokens: [TokenRecord]) throws {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try DurableFile.replace(path, with: try encoder.encode(Contents(tokens: tokens)))
  }
}
