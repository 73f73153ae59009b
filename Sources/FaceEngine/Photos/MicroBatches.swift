internal import Synchronization

/// Inputs of several calls that one computation takes together: a network is cheaper for each picture where it sees some.
///
/// Under load, new photographs go first until a batch is full or its oldest input has waited long enough. A worker that
/// finds no photograph waiting takes what there is at once: alone, a call never waits for company.
package final class MicroBatches<Key: AnyObject & Sendable, Input: Sendable, Output: Sendable>: SharedWork {
  package struct Limits: Sendable {
    /// Weight of a batch, such as its pictures; an input that is heavier is taken alone. 1 takes every input alone.
    package var size: Int
    /// How long an input waits for others while photographs wait.
    package var wait: Duration

    package init(size: Int, wait: Duration) {
      self.size = size
      self.wait = wait
    }
  }

  private struct Entry: Sendable {
    let number: UInt64
    let key: Key
    let input: Input
    let weight: Int
    let since: ContinuousClock.Instant
    let answer: @Sendable (Result<Output, EngineError>) -> Void
  }

  private struct State {
    var nextNumber: UInt64 = 0
    /// In the order in which they came; few, because a full batch goes before new photographs.
    var entries: [Entry] = []
  }

  private let state = Mutex(State())
  private let limits: Limits
  private let pool: WorkerPool
  private let compute: @Sendable (Key, [Input]) throws(EngineError) -> [Output]

  /// - Parameter compute: the outputs of inputs that have the same key, in their order.
  package init(
    _ pool: WorkerPool, limits: Limits,
    compute: @escaping @Sendable (Key, [Input]) throws(EngineError) -> [Output]
  ) {
    (self.pool, self.limits, self.compute) = (pool, limits, compute)
  }

  /// Inputs that wait.
  package var waitingCount: Int { state.withLock { $0.entries.count } }

  /// The output of an input, computed together with those of other calls. A call that is cancelled before leaves at once.
  ///
  /// - Throws: what `compute` throws for this input alone, `CANCELLED`, `STOPPING`.
  package func output(of input: Input, weight: Int = 1, _ key: Key) async throws(EngineError) -> Output {
    let flag = CancellationFlag()
    let number = state.withLock { state in
      state.nextNumber += 1
      return state.nextNumber
    }
    let result: Result<Output, EngineError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let entry = Entry(number: number, key: key, input: input, weight: weight, since: .now) {
          continuation.resume(returning: $0)
        }
        // Raised before `withdraw`, which waits for the entries: so of the two, one sees the other.
        let refusal = pool.offer(self) { state.withLock { $0.entries.append(entry) } }
        if let refusal { return continuation.resume(returning: .failure(refusal)) }
        if flag.isRaised { withdraw(number) }
      }
    } onCancel: {
      flag.raise()
      withdraw(number)
    }
    return try result.get()
  }

  private func withdraw(_ number: UInt64) {
    let entry = state.withLock { state -> Entry? in
      guard let place = state.entries.firstIndex(where: { $0.number == number }) else { return nil }
      return state.entries.remove(at: place)
    }
    entry?.answer(.failure(CancellationFlag.error))
  }

  package func take(moreMayCome: Bool) -> (@Sendable () -> Void)? {
    let batch = state.withLock { state -> [Entry] in
      guard let first = state.entries.first else { return [] }
      var places: [Int] = []
      var weight = 0
      for (place, entry) in state.entries.enumerated() where entry.key === first.key {
        guard places.isEmpty || weight + entry.weight <= limits.size else { break }
        places.append(place)
        weight += entry.weight
      }
      let isFull = weight >= limits.size || places.count < state.entries.count
      guard isFull || !moreMayCome || first.since.duration(to: .now) >= limits.wait else { return [] }
      let batch = places.map { state.entries[$0] }
      for place in places.reversed() { state.entries.remove(at: place) }
      return batch
    }
    guard !batch.isEmpty else { return nil }
    return { [compute] in Self.run(batch, compute) }
  }

  /// What fails together is tried alone: no call is refused for another one's input.
  private static func run(_ batch: [Entry], _ compute: (Key, [Input]) throws(EngineError) -> [Output]) {
    do throws(EngineError) {
      let outputs = try compute(batch[0].key, batch.map(\.input))
      for (entry, output) in zip(batch, outputs) { entry.answer(.success(output)) }
    } catch {
      guard batch.count > 1 else { return batch[0].answer(.failure(error)) }
      for entry in batch { run([entry], compute) }
    }
  }
}
