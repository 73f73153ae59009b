import Hummingbird

/// What a request carries through the server.
struct WebContext: RequestContext {
  var coreContext: CoreRequestContextStorage

  init(source: Source) { coreContext = .init(source: source) }

  /// Two photographs of the daemon's limit as Base64, and some room.
  static let maximumBodyBytes = 96 << 20
  var maxUploadSize: Int { Self.maximumBodyBytes }
}
