import Foundation
import GRPCCore
import Hummingbird

/// Signing in and out of the console.
struct SessionRoutes: Sendable {
  let credentials: Credentials

  private struct SignIn: Decodable { var token: String? }
  private struct State: Encodable {
    let signedIn: Bool
    let wantsToken: Bool
    let csrf: String?
  }

  func add(to router: Router<WebContext>) {
    router.get("/session") { request, _ in
      let session = credentials.sessions.session(request)
      return try answer(
        State(signedIn: session != nil, wantsToken: try await credentials.wantsToken(), csrf: session?.csrf))
    }
    router.post("/session") { request, context in
      let body = try await Body.read(request, limit: 4096)
      guard let wish = try? JSONDecoder().decode(SignIn.self, from: body) else {
        throw HTTPFailure(
          .badRequest, "INVALID_ARGUMENT", "send {\"token\": \"…\"}, or {} where the daemon has no tokens")
      }
      guard wish.token != nil || !credentials.requiresToken else {
        throw HTTPFailure(.unauthorized, "TOKEN_MISSING", "sign in with a token of the daemon")
      }
      do {
        _ = try await credentials.daemon.status(as: wish.token)
      } catch let error as RPCError where error.code == .permissionDenied {
        // A good token that may not read the status.
      }
      let (id, session) = try credentials.sessions.open(token: wish.token)
      var response = try answer(State(signedIn: true, wantsToken: wish.token != nil, csrf: session.csrf))
      let isSecure = request.headers[.init("X-Forwarded-Proto")!] == "https"
      response.setCookie(
        Cookie(name: Sessions.cookie, value: id, path: "/", secure: isSecure, httpOnly: true, sameSite: .strict))
      return response
    }
    router.delete("/session") { request, _ in
      _ = try await credentials.token(of: request)
      credentials.sessions.close(request)
      return Response(status: .noContent)
    }
  }

  private func answer(_ state: State) throws -> Response { .json(try JSONEncoder().encode(state)) }
}
