import FaceAPI
import FaceTypes
import Foundation
import GRPCCore
import SwiftProtobuf

struct AccessService: Faced_V1_AccessService.SimpleServiceProtocol {
  let tokens: TokenRegistry

  static let maximumLabelBytes = 100
  static let maximumCertificateBytes = 200
  static let maximumGalleries = 100
  static let maximumLifetime: Int64 = 100 * 365 * 24 * 3600

  func createToken(
    request: Faced_V1_CreateTokenRequest, context: ServerContext
  ) async throws -> Faced_V1_CreateTokenResponse {
    try await answering {
      let scopes = try request.scopes.map(Scope.init)
      guard !scopes.isEmpty else {
        throw Failure.invalidArgument(
          "a token needs at least one scope: identify, enroll, read, crops or admin", field: "scopes")
      }
      let label = try Self.label(request.label)
      guard request.galleries.count <= Self.maximumGalleries else {
        throw Failure.invalidArgument(
          "a token names at most \(Self.maximumGalleries) galleries; leave them out for all")
      }
      let galleries = try request.galleries.map { name in
        guard !name.isEmpty else {
          throw Failure.invalidArgument("a gallery's name is 'galleries/{gallery}'", field: "galleries")
        }
        return try inField("galleries", try ResourceName.parseGallery(name)).name
      }
      guard (0...Self.maximumLifetime).contains(request.lifetimeSeconds) else {
        throw Failure.invalidArgument(
          "a token's lifetime is 0 (for ever) to \(Self.maximumLifetime) seconds", field: "lifetime_seconds")
      }
      let (record, secret) = try await tokens.create(
        label: label, scopes: Set(scopes), galleries: galleries.isEmpty ? nil : Set(galleries),
        lifetime: request.lifetimeSeconds == 0 ? nil : TimeInterval(request.lifetimeSeconds),
        certificate: try Self.certificate(request.certificate))
      return .with {
        $0.token = .init(record)
        $0.secret = secret?.text ?? ""
      }
    }
  }

  func listTokens(
    request: Faced_V1_ListTokensRequest, context: ServerContext
  ) async throws -> Faced_V1_ListTokensResponse {
    .with { $0.tokens = tokens.all.map(Faced_V1_Token.init) }
  }

  func revokeToken(
    request: Faced_V1_RevokeTokenRequest, context: ServerContext
  ) async throws -> Google_Protobuf_Empty {
    try await answering {
      let parts = request.name.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == "tokens", !parts[1].isEmpty else {
        throw Failure.invalidArgument(
          "a token's name is 'tokens/{id}'; `facectl token list` shows the ids", field: "name")
      }
      try await tokens.revoke(String(parts[1]))
      return .init()
    }
  }

  private static func certificate(_ name: String) throws -> String? {
    let isPlain = !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
    guard name.utf8.count <= maximumCertificateBytes, isPlain else {
      throw Failure.invalidArgument(
        "a certificate's name has at most \(maximumCertificateBytes) bytes and no control characters")
    }
    return name.isEmpty ? nil : name
  }

  private static func label(_ text: String) throws -> String {
    let isPlain = !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    guard text.utf8.count <= maximumLabelBytes, isPlain else {
      throw Failure.invalidArgument(
        "a label has at most \(maximumLabelBytes) bytes and no control characters", field: "label")
    }
    return text
  }
}

extension Scope {
  init(_ message: Faced_V1_Scope) throws {
    switch message {
    case .identify: self = .identify
    case .enroll: self = .enroll
    case .read: self = .read
    case .crops: self = .crops
    case .admin: self = .admin
    case .unspecified, .UNRECOGNIZED:
      throw Failure.invalidArgument("a scope is one of identify, enroll, read, crops, admin", field: "scopes")
    }
  }

  var message: Faced_V1_Scope {
    switch self {
    case .identify: .identify
    case .enroll: .enroll
    case .read: .read
    case .crops: .crops
    case .admin: .admin
    }
  }
}

extension Faced_V1_Token {
  init(_ record: TokenRecord) {
    self.init()
    name = ResourceName.token(record.id)
    label = record.label
    scopes = record.scopes.map(\.message)
    galleries = (record.galleries ?? []).map { ResourceName.gallery($0) }
    certificate = record.certificate ?? ""
    createTime = .init(date: record.created)
    if let expires = record.expires { expireTime = .init(date: expires) }
  }
}
