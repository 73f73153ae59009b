internal import FaceStore
public import Foundation
internal import Logging
internal import Synchronization

/// Whether changes are taken: not while the disk is full or fails, or the data folder is not in its place. Searches and
/// reads go on meanwhile, and the store tries again by itself.
public final class WriteState: Sendable {
  private struct State {
    var refusal: String?
    var since = Date()
    var lastLine: ContinuousClock.Instant?
    var followers: [UUID: AsyncStream<String?>.Continuation] = [:]
    var onRecovery: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())
  private let logger: Logger

  /// While changes are refused, a line says so this often.
  private static let interval = Duration.seconds(60)

  init(logger: Logger) { self.logger = logger }

  /// Why changes are refused, for people; nil as long as they are taken.
  public var refusal: String? { state.withLock { $0.refusal } }

  /// When changes began to be refused, or to be taken.
  public var since: Date { state.withLock { $0.since } }

  /// The refusal now, and then whenever changes begin to be refused or taken again.
  public func changes() -> AsyncStream<String?> {
    let (stream, continuation) = AsyncStream.makeStream(of: String?.self, bufferingPolicy: .bufferingNewest(1))
    let id = UUID()
    continuation.onTermination = { [weak self] _ in
      _ = self?.state.withLock { $0.followers.removeValue(forKey: id) }
    }
    state.withLock { state in
      state.followers[id] = continuation
      continuation.yield(state.refusal)
    }
    return stream
  }

  /// What to do when changes are taken again.
  func afterRecovery(_ action: @escaping @Sendable () -> Void) { state.withLock { $0.onRecovery = action } }

  /// Takes what the store reports: at the first failed write, at every try that fails, and at the end.
  func report(_ error: StoreError?) {
    let now = ContinuousClock.now
    let (turned, speaks, onRecovery) = state.withLock { state in
      let turned = (state.refusal == nil) != (error == nil)
      let isDue = state.lastLine.map { now - $0 >= Self.interval } ?? true
      let speaks = turned || (error != nil && isDue)
      if speaks { state.lastLine = now }
      state.refusal = error?.message
      if turned { state.since = Date() }
      if turned { for follower in state.followers.values { follower.yield(error?.message) } }
      return (turned, speaks, turned && error == nil ? state.onRecovery : nil)
    }
    if speaks, let error {
      logger.error("changes are refused", metadata: ["reason": "\(error.message)"])
    } else if turned {
      logger.notice("changes are taken again")
    }
    onRecovery?()
  }
}
