import ServiceLifecycle

/// Takes over what other daemons of the same store were told: tokens that were made and revoked, and retention policies.
struct DocumentFollower: Service {
  let tokens: TokenRegistry
  let retention: RetentionFile

  /// A revoked token is refused by every daemon after this.
  static let interval = Duration.milliseconds(500)

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        try? await Task.sleep(for: Self.interval)
        // While the store is away, what was known last holds; that it is away, others say.
        _ = try? await Blocking.run {
          try tokens.reload()
          try retention.reload()
        }
      }
    }
  }
}
