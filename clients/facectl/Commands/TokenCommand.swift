import ArgumentParser
import FaceAPI
import Foundation
import SwiftProtobuf

struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Create, list and revoke access tokens.",
    discussion: """
      Scopes: identify (identify, verify, detect), enroll (photographs, new identities), read (lists), crops (kept \
      pictures of faces), admin (everything). Clients present a token with --token or FACED_TOKEN.
      """,
    subcommands: [Create.self, List.self, Revoke.self])

  enum ScopeName: String, CaseIterable {
    case identify, enroll, read, crops, admin

    var message: Faced_V1_Scope {
      switch self {
      case .identify: .identify
      case .enroll: .enroll
      case .read: .read
      case .crops: .crops
      case .admin: .admin
      }
    }

    init?(_ message: Faced_V1_Scope) {
      guard let known = Self.allCases.first(where: { $0.message == message }) else { return nil }
      self = known
    }
  }

  /// Without the secret.
  struct Output: Encodable {
    let id: String
    let label: String
    let scopes: [String]
    let galleries: [String]
    let created: String
    let expires: String?
    let certificate: String?
    var token: String?

    init(_ message: Faced_V1_Token, secret: String? = nil) {
      id = message.name.lastSegment
      label = message.label
      scopes = message.scopes.map { ScopeName($0)?.rawValue ?? "unknown" }
      galleries = message.galleries.map(\.lastSegment)
      created = message.createTime.iso8601
      expires = message.hasExpireTime ? message.expireTime.iso8601 : nil
      certificate = message.certificate.isEmpty ? nil : message.certificate
      token = secret
    }
  }

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Create a token and print it once.")

    @OptionGroup var shared: SharedOptions
    @Option(help: "Its scopes, separated by commas: identify, enroll, read, crops, admin.") var scopes: String
    @Option(help: "Only for this gallery; may be repeated. All galleries otherwise.") var gallery: [String] = []
    @Option(help: "A label to recognise it by in the list.") var label = ""
    @Option(help: "The name in a client certificate: whoever presents it has these rights, without a token.")
    var certificate = ""
    @Option(help: "Days until it expires. [never]") var expiresInDays: Int?

    func validate() throws { _ = try request() }

    private func request() throws -> Faced_V1_CreateTokenRequest {
      let wanted = try scopes.split(separator: ",").map { part in
        let name = part.trimmingCharacters(in: .whitespaces)
        guard let scope = ScopeName(rawValue: name) else {
          throw ValidationError("'\(name)' is not a scope; use identify, enroll, read, crops or admin")
        }
        return scope.message
      }
      guard !wanted.isEmpty else { throw ValidationError("name at least one scope, as in --scopes identify,enroll") }
      if let days = expiresInDays, !(1...36_500).contains(days) {
        throw ValidationError("--expires-in-days is 1 to 36500")
      }
      return .with {
        $0.scopes = wanted
        $0.galleries = gallery.map { ResourceName.gallery($0) }
        $0.label = label
        $0.certificate = certificate
        $0.lifetimeSeconds = Int64(expiresInDays ?? 0) * 24 * 3600
      }
    }

    func run() async throws {
      let request = try request()
      let made = try await shared.withDaemon { client in
        try await Faced_V1_AccessService.Client(wrapping: client).createToken(request)
      }
      if shared.json {
        return Terminal.printJSON(Output(made.token, secret: made.secret.isEmpty ? nil : made.secret))
      }
      guard certificate.isEmpty else {
        return Terminal.print(
          "the certificate of '\(certificate)' has these rights; token \(made.token.name.lastSegment)")
      }
      Terminal.print(made.secret)
      Terminal.note(
        "This is shown once. Give it to the client as FACED_TOKEN; revoke it with its id \(made.token.name.lastSegment)."
      )
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show the tokens, without their text.")

    @OptionGroup var shared: SharedOptions

    func run() async throws {
      let tokens = try await shared.withDaemon { client in
        try await Faced_V1_AccessService.Client(wrapping: client).listTokens(.init())
      }.tokens.map { Output($0) }
      if shared.json { return tokens.forEach { Terminal.printJSON($0) } }
      Terminal.printTable(
        ["ID", "SCOPES", "GALLERIES", "CREATED", "EXPIRES", "CERTIFICATE", "LABEL"],
        tokens.map {
          [
            $0.id, $0.scopes.joined(separator: ","), $0.galleries.isEmpty ? "all" : $0.galleries.joined(separator: ","),
            $0.created, $0.expires ?? "never", $0.certificate ?? "-", $0.label,
          ]
        })
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Revoke a token; calls that carry it are refused at once.")

    @OptionGroup var shared: SharedOptions
    @Argument(help: "The token's id, as `token list` shows it.") var id: String

    func run() async throws {
      try await shared.withDaemon { [id] client in
        _ = try await Faced_V1_AccessService.Client(wrapping: client)
          .revokeToken(.with { $0.name = ResourceName.token(id) })
      }
      shared.json ? Terminal.printJSON(["revoked": id]) : Terminal.print("revoked token \(id)")
    }
  }
}
