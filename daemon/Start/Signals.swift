import Dispatch
import Foundation
import Synchronization

/// Signals beside the graceful end, which swift-service-lifecycle sees to.
final class Signals: Sendable {
  private let sources: Mutex<[any DispatchSourceSignal]>
  private static let queue = DispatchQueue(label: "faced.signals")

  /// - Parameter hangUp: what SIGHUP does.
  init(hangUp: @escaping @Sendable () -> Void) {
    let hangUps = DispatchSource.makeSignalSource(signal: SIGHUP, queue: Self.queue)
    hangUps.setEventHandler { hangUp() }
    let ends = Ends()
    let others = [SIGTERM, SIGINT].map { number in
      // Otherwise the signal would end the process before the source sees it.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: Self.queue)
      // They hold each other until `cancel()`.
      source.setEventHandler { ends.note(number, times: Int(source.data)) }
      return source
    }
    let all = [hangUps] + others
    for source in all { source.resume() }
    sources = Mutex(all)
  }

  func cancel() {
    let all = sources.withLock { $0 }
    for source in all { source.cancel() }
  }
}

/// Counts the signals that ask for an end. Whoever asks twice does not want to wait; what was acknowledged is on the disk.
private final class Ends: Sendable {
  private let count = Mutex(0)

  func note(_ signal: Int32, times: Int) {
    let total = count.withLock { count in
      count += max(times, 1)
      return count
    }
    if total >= 2 { _exit(128 + signal) }
  }
}
