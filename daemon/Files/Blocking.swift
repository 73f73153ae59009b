import Dispatch

/// Runs what waits for files on a thread of its own kind, so that Swift's cooperative threads stay free.
enum Blocking {
  private static let queue = DispatchQueue(label: "faced.files", attributes: .concurrent)

  static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result(catching: body)) }
    }
  }
}
