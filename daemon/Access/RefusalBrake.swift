import Synchronization

/// Makes refusals slower for a peer that collects them: guessing tokens or probing for rights costs time.
///
/// Each refusal of a peer is answered a while after the one before it, longer with each, up to `longestWait`. A call
/// with a good token never waits, so a neighbour behind the same address is not locked out.
final class RefusalBrake: Sendable {
  struct Options: Sendable {
    /// Refusals that are answered at once.
    var free = 5
    var firstWait = Duration.milliseconds(50)
    var longestWait = Duration.seconds(2)
    /// Without a refusal for so long, a peer is forgotten.
    var memory = Duration.seconds(60)
    /// Peers that are remembered; beyond it the one that was refused longest ago is forgotten.
    var maximumPeers = 4096
    /// Refusals of one peer that may wait at the same time; beyond it they are answered at once as too many.
    var maximumWaiting = 16
  }

  private struct Record {
    var count = 0
    var waiting = 0
    var last: ContinuousClock.Instant
  }

  private let options: Options
  private let peers = Mutex<[String: Record]>([:])

  init(options: Options = Options()) { self.options = options }

  /// Notes a refusal and waits as long as it should take.
  /// - Returns: false when so many wait already that the peer should be told to stop.
  func hold(_ peer: String, now: ContinuousClock.Instant = .now) async -> Bool {
    let wait = peers.withLock { peers -> Duration? in
      if peers.count >= options.maximumPeers, peers[peer] == nil { forget(&peers, now) }
      var record = peers[peer] ?? Record(last: now)
      if record.waiting == 0, now - record.last > options.memory { record.count = 0 }
      record.count += 1
      record.last = now
      defer { peers[peer] = record }
      guard record.count > options.free else { return .zero }
      guard record.waiting < options.maximumWaiting else { return nil }
      record.waiting += 1
      let doublings = min(record.count - options.free - 1, 10)
      return min(options.firstWait * (1 << doublings), options.longestWait)
    }
    guard let wait else { return false }
    guard wait > .zero else { return true }
    try? await Task.sleep(for: wait)
    peers.withLock { $0[peer]?.waiting -= 1 }
    return true
  }

  private func forget(_ peers: inout [String: Record], _ now: ContinuousClock.Instant) {
    peers = peers.filter { $0.value.waiting > 0 || now - $0.value.last <= options.memory }
    guard peers.count >= options.maximumPeers else { return }
    if let oldest = peers.filter({ $0.value.waiting == 0 }).min(by: { $0.value.last < $1.value.last }) {
      peers[oldest.key] = nil
    }
  }
}
