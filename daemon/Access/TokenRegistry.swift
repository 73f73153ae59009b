import FaceAPI
import FaceTypes
import Foundation
import GRPCCore

/// The tokens that are good now. What is kept is written before a change counts.
final class TokenRegistry: Sendable {
  /// Tokens at most.
  static let maximumTokens = 1000

  private let kept: KeptValue<[String: TokenRecord]>

  init(_ document: any KeptDocument) throws {
    let file = TokenFile(place: document.place)
    kept = try KeptValue(
      document, decode: { Self.byID(try file.decode($0)) }, encode: { try file.encode(Self.ordered($0)) })
  }

  private static func byID(_ records: [TokenRecord]) -> [String: TokenRecord] {
    Dictionary(records.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
  }

  /// Oldest first.
  var all: [TokenRecord] { Self.ordered(kept.value) }

  private static func ordered(_ tokens: [String: TokenRecord]) -> [TokenRecord] {
    tokens.values.sorted { ($0.created, $0.id) < ($1.created, $1.id) }
  }

  /// Whose token the text is.
  /// - Throws: `TOKEN_UNKNOWN`, `TOKEN_EXPIRED`.
  func caller(presenting text: String, now: Date = Date()) throws(Failure) -> Caller {
    let unknown = Failure(
      code: .unauthenticated, reason: .tokenUnknown,
      message: "this token is not known, or was revoked; ask the operator for another one")
    guard let secret = TokenSecret(text), let record = kept.value[secret.id],
      record.certificate == nil, secret.matches(record.hash)
    else { throw unknown }
    if let expires = record.expires, expires <= now {
      throw Failure(
        code: .unauthenticated, reason: .tokenExpired,
        message: "this token has expired; ask the operator for another one")
    }
    return Caller(
      proof: .token(id: record.id), scopes: Set(record.scopes), galleries: record.galleries.map { Set($0) })
  }

  /// Whose certificate has one of these names; nil where nobody said what it is good for.
  /// - Throws: `TOKEN_EXPIRED`.
  func caller(showing names: [String], now: Date = Date()) throws(Failure) -> Caller? {
    let records = kept.value.values.filter { $0.certificate != nil }
    for name in names {
      guard let record = records.first(where: { $0.certificate == name }) else { continue }
      if let expires = record.expires, expires <= now {
        throw Failure(
          code: .unauthenticated, reason: .tokenExpired,
          message: "the rights of the certificate of '\(name)' have expired; ask the operator for new ones")
      }
      return Caller(
        proof: .certificate(name: name), scopes: Set(record.scopes), galleries: record.galleries.map { Set($0) })
    }
    return nil
  }

  /// Makes a token; the secret is not kept.
  /// - Parameter certificate: whoever shows a certificate of this name has the rights; there is no secret then.
  func create(
    label: String, scopes: Set<Scope>, galleries: Set<String>?, lifetime: TimeInterval?, certificate: String? = nil
  ) async throws -> (TokenRecord, TokenSecret?) {
    let secret = TokenSecret()
    // Whole seconds, as the file has them.
    let now = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))
    let record = TokenRecord(
      id: secret.id, label: label, scopes: Scope.allCases.filter(scopes.contains), galleries: galleries?.sorted(),
      hash: certificate == nil ? secret.hash : "", certificate: certificate, created: now,
      expires: lifetime.map { now + $0 })
    try await change { tokens in
      guard tokens.count < Self.maximumTokens else {
        throw Failure(
          code: .resourceExhausted, reason: .tooManyTokens,
          message: "there are \(Self.maximumTokens) tokens already; revoke those no longer needed")
      }
      guard certificate == nil || !tokens.values.contains(where: { $0.certificate == certificate }) else {
        throw Failure(
          code: .alreadyExists, reason: .certificateKnown,
          message: "there is a token for this certificate already; revoke it first")
      }
      tokens[record.id] = record
    }
    return (record, certificate == nil ? secret : nil)
  }

  func revoke(_ id: String) async throws {
    try await change { tokens in
      guard tokens.removeValue(forKey: id) != nil else {
        throw Failure(
          code: .notFound, reason: .tokenNotFound,
          message: "there is no token '\(id)'; `facectl token list` shows the tokens")
      }
    }
  }

  /// Takes what is kept as it is now.
  func reload() throws { try kept.reload() }

  private func change(_ body: (inout [String: TokenRecord]) throws -> Void) async throws {
    do {
      try await kept.change(body)
    } catch let error as FileError {
      throw Failure(
        code: .internalError, reason: .tokensNotWritten, message: "the tokens are unchanged: \(error.message)")
    }
  }
}
