/// Who makes a call, and what they may do.
struct Caller: Sendable {
  /// How the caller proved who it is.
  enum Proof: Hashable, Sendable {
    /// It reached a loopback address or a Unix socket, and presented nothing.
    case local
    case token(id: String)
    case certificate(name: String)
    /// Nothing was proved; only methods that ask for nothing are open.
    case nothing
  }

  let proof: Proof
  let scopes: Set<Scope>
  /// Names of the galleries that it is limited to; nil means all.
  let galleries: Set<String>?

  static let local = Caller(proof: .local, scopes: [.admin], galleries: nil)
  static let nobody = Caller(proof: .nothing, scopes: [], galleries: [])

  /// The caller of the running call; services see it. `nobody` outside of a call, so that nothing is open by accident.
  @TaskLocal static var current = Caller.nobody

  func has(_ scope: Scope) -> Bool { scopes.contains(scope) || scopes.contains(.admin) }

  func mayReach(_ gallery: String) -> Bool { galleries?.contains(gallery) ?? true }

  /// For the log and the audit log: `token:3f2a9c01`, `certificate:door-7`, `local`.
  var name: String {
    switch proof {
    case .local: "local"
    case .token(let id): "token:\(id)"
    case .certificate(let name): "certificate:\(name)"
    case .nothing: "nobody"
    }
  }
}
