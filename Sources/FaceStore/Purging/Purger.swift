internal import Dispatch
internal import FaceTypes
internal import Synchronization

/// Makes deleted bytes leave, in passes: each takes every cleanup note there is, lets the engine erase what they cover, and forgets
/// request ids that are too old.
final class Purger: Sendable {
  private struct State {
    var isRunning = false
    var isAskedFor = false
    var isClosed = false
    var waiting: [CheckedContinuation<Result<Void, StoreError>, Never>] = []
    var whenIdle: [CheckedContinuation<Void, Never>] = []
  }

  private let gate: ReaderGate
  private let writer: GroupWriter
  private let hash: SipHash
  private let options: StoreOptions
  private let state = Mutex(State())
  private let thread = DispatchQueue(label: "faced.store.purger")

  init(gate: ReaderGate, writer: GroupWriter, hash: SipHash, options: StoreOptions) {
    self.gate = gate
    self.writer = writer
    self.hash = hash
    self.options = options
  }

  /// Starts a pass soon.
  func start() { ask(waiting: nil) }

  /// Returns when a pass that began after the call is over.
  func purge() async throws(StoreError) {
    try await withCheckedContinuation { ask(waiting: $0) }.get()
  }

  private func ask(waiting: CheckedContinuation<Result<Void, StoreError>, Never>?) {
    let (starts, isClosed) = state.withLock { state in
      if state.isClosed { return (false, true) }
      if let waiting { state.waiting.append(waiting) }
      state.isAskedFor = true
      defer { state.isRunning = true }
      return (!state.isRunning, false)
    }
    if isClosed { waiting?.resume(returning: .failure(ReaderGate.closedError)) }
    if starts { thread.async { self.run() } }
  }

  private func run() {
    while true {
      let (waiting, idle) = state.withLock { state in
        guard state.isAskedFor else {
          state.isRunning = false
          defer { state.whenIdle = [] }
          return (nil as [CheckedContinuation<Result<Void, StoreError>, Never>]?, state.whenIdle)
        }
        state.isAskedFor = false
        defer { state.waiting = [] }
        return (state.waiting, [])
      }
      for continuation in idle { continuation.resume() }
      guard let waiting else { return }
      let result: Result<Void, StoreError>
      do throws(StoreError) {
        result = .success(try pass())
      } catch {
        result = .failure(error)
      }
      for continuation in waiting { continuation.resume(returning: result) }
    }
  }

  /// Stops at the next opportunity; what is left over is done when the store is next open.
  func close() async {
    await withCheckedContinuation { continuation in
      let isIdle = state.withLock { state in
        state.isClosed = true
        if state.isRunning { state.whenIdle.append(continuation) }
        return !state.isRunning
      }
      if isIdle { continuation.resume() }
    }
  }

  private func checkOpen() throws(StoreError) {
    if state.withLock({ $0.isClosed }) { throw ReaderGate.closedError }
  }

  private func pass() throws(StoreError) {
    try purgeNoted()
    try pruneRequests()
  }

  private func purgeNoted() throws(StoreError) {
    let engine = try gate.database()
    let plan = try plan(View(records: engine.present, hash: hash))
    guard !plan.notes.isEmpty else { return }
    try orFail { () throws(StoreError) in
      try engine.erase(plan, gate) { () throws(StoreError) in try checkOpen() }
    }
  }

  private func plan(_ view: View) throws(StoreError) -> ErasurePlan {
    var plan = ErasurePlan()
    let models = try view.models().map(\.number)
    // Notes of this moment; those that come later are for the next pass.
    try view.scan(Key.range(.cleanup)) { key, value throws(StoreError) in
      plan.notes.append(key)
      switch try CleanupRecord(value) {
      case .faces(let gallery, let identity, let faces):
        if let identity {
          plan.keys.append(Key.identity(gallery, identity))
          plan.keys.append(Key.dataKey(gallery, identity))
          plan.photographs.append(Key.key(.photograph, gallery, identity.value))
          plan.photographs.append(Key.key(.photograph, gallery, identity.value + 1))
        }
        for face in faces {
          plan.keys.append(Key.face(gallery, face))
          plan.keys.append(Key.crop(gallery, face))
          for model in models { plan.keys.append(Key.embedding(model: model, gallery, face)) }
        }
      case .gallery(let number):
        plan.ranges += Sweep.ranges(ofGallery: number, models: models)
      case .embeddings(let model):
        plan.ranges.append(Key.range(.embedding, model))
      case .changePayloads(let gallery, let numbers):
        for number in numbers { plan.keys.append(Key.changePayload(gallery, number)) }
      }
      return true
    }
    return plan
  }

  /// Runs writes of the purger's own; when one fails, nobody may write any more (`GroupWriter.fail`).
  private func orFail(_ write: () throws(StoreError) -> Void) throws(StoreError) {
    do throws(StoreError) {
      try write()
    } catch {
      if error.code == .io || error.code == .unavailable { writer.fail(error) }
      throw error
    }
  }

  /// Forgets request ids that are older than the options say.
  private func pruneRequests() throws(StoreError) {
    let cutoff = options.now() - options.requestRetention
    var isDone = false
    while !isDone {
      try checkOpen()
      isDone = try writer.submitAndWait(alone: true) { transaction throws(StoreError) in
        try transaction.pruneRequests(before: cutoff, limit: 1000)
      }
    }
  }
}
