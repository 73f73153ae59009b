import HTTPTypes
import Hummingbird

/// Keeps other sites' pages out, and says to the browser what the console may do.
///
/// A page of another site can make a browser send requests here, and by a name of its own that it points at 127.0.0.1 (DNS
/// rebinding) even read the answers. So the Host header must be a name of ours, and what the browser itself marks as
/// another site's is refused.
struct SecurityMiddleware: RouterMiddleware {
  typealias Context = WebContext
  /// Names without a port that may stand in the Host header; nil where the operator serves beyond loopback and named none.
  let hosts: Set<String>

  static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

  func handle(
    _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    guard let authority = request.head.authority, hosts.contains(Self.host(authority)) else {
      return HTTPFailure(
        .misdirectedRequest, "UNKNOWN_HOST", "this server does not go by that name; add it with --host-name"
      ).response
    }
    if let site = request.headers[.secFetchSite], site == "cross-site" || site == "same-site",
      request.method != .get || request.uri.path.hasPrefix("/v1") || request.uri.path.hasPrefix("/api")
    {
      return HTTPFailure(.forbidden, "CROSS_SITE", "a page of another site may not ask here").response
    }
    if let origin = request.headers[.origin], origin != "http://\(authority)", origin != "https://\(authority)" {
      return HTTPFailure(.forbidden, "CROSS_SITE", "a page of another site may not ask here").response
    }
    var response = try await next(request, context)
    response.headers[.contentSecurityPolicy] = Self.policy
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.referrerPolicy] = "no-referrer"
    response.headers[.permissionsPolicy] = "camera=(self), microphone=(), geolocation=()"
    response.headers[.crossOriginOpenerPolicy] = "same-origin"
    response.headers[.crossOriginResourcePolicy] = "same-origin"
    return response
  }

  /// The name in a Host header, without its port.
  static func host(_ authority: String) -> String {
    if authority.hasPrefix("[") { return String(authority.prefix { $0 != "]" }) + "]" }
    return String(authority.prefix { $0 != ":" }).lowercased()
  }
}

extension HTTPField.Name {
  static let secFetchSite = Self("Sec-Fetch-Site")!
  static let referrerPolicy = Self("Referrer-Policy")!
  static let permissionsPolicy = Self("Permissions-Policy")!
  static let crossOriginOpenerPolicy = Self("Cross-Origin-Opener-Policy")!
  static let crossOriginResourcePolicy = Self("Cross-Origin-Resource-Policy")!
  static let apiKey = Self("x-api-key")!
  static let csrf = Self("X-CSRF-Token")!
}
