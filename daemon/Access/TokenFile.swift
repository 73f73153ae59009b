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

/// The tokens as they are kept: `access/tokens.json` in the data folder, or a document of the store that several daemons share.
///
/// In a folder they are a file of their own and not records of the store: a backup that is restored on another machine brings no
/// credentials along, and an operator can read and remove it when the daemon does not run.
struct TokenFile: Sendable {
  private struct Contents: Codable {
    var version = 1
    var tokens: [TokenRecord]
  }

  /// Where it is, for messages.
  let place: String

  /// - Throws: for what cannot be understood: nobody is let in by a damaged list.
  func decode(_ data: Data?) throws(FileError) -> [TokenRecord] {
    guard let data else { return [] }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    guard let contents = try? decoder.decode(Contents.self, from: data) else {
      throw FileError(
        message: "the token file '\(place)' cannot be read; repair it, or remove it and create the tokens "
          + "again")
    }
    guard contents.version == 1 else {
      throw FileError(
        message: "the token file '\(place)' was written by a newer faced; start that one")
    }
    return contents.tokens
  }

  func encode(_ tokens: [TokenRecord]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return try encoder.encode(Contents(tokens: tokens))
  }
}
