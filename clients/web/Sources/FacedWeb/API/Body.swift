import Foundation
import Hummingbird
import NIOCore

/// A request's body, bounded.
enum Body {
  static func read(_ request: Request, limit: Int = WebContext.maximumBodyBytes) async throws -> Data {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge(limit) }
    do {
      return Data((try await request.body.collect(upTo: limit)).readableBytesView)
    } catch is NIOTooManyBytesError {
      throw tooLarge(limit)
    }
  }

  private static func tooLarge(_ limit: Int) -> HTTPFailure {
    HTTPFailure(.contentTooLarge, "BODY_TOO_LARGE", "a body has at most \(limit >> 20) MiB")
  }

  /// The type of the body, lower case and without parameters.
  static func type(_ request: Request) -> String {
    let value = request.headers[.contentType] ?? ""
    return value.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
  }
}
