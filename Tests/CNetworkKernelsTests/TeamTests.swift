import CNetworkKernels
import Synchronization
import Testing

/// Serialised: the process has one team.
@Suite(.serialized) struct TeamTests {
  private final class Counts: Sendable {
    let items = Mutex([Int: Int]())
    let threads = Mutex(Set<Int>())
    let nested = Atomic<Int>(0)
  }

  /// False when the team was taken.
  private func run(_ counts: Counts, threads: Int, items: Int) -> Bool {
    nk_team_run(
      threads, items,
      { context, item, thread in
        guard let context else { return }
        let counts = Unmanaged<Counts>.fromOpaque(context).takeUnretainedValue()
        counts.items.withLock { $0[item, default: 0] += 1 }
        _ = counts.threads.withLock { $0.insert(thread) }
        if nk_team_run(2, 2, { _, _, _ in }, nil) != 0 { counts.nested.add(1, ordering: .relaxed) }
      }, Unmanaged.passUnretained(counts).toOpaque()) != 0
  }

  /// Hundreds of short runs, with more and fewer threads than before.
  @Test func everyItemOnceByTheThreadsAskedFor() throws {
    for round in 0..<600 {
      let (threads, items) = (1 + round % 7, round % 23)
      let counts = Counts()
      guard run(counts, threads: threads, items: items) else { continue }
      #expect(counts.items.withLock { $0 } == Dictionary(uniqueKeysWithValues: (0..<items).map { ($0, 1) }))
      #expect(counts.threads.withLock { $0.allSatisfy { (0..<threads).contains($0) } })
      #expect(counts.nested.load(ordering: .relaxed) == 0)
    }
  }
}
