internal import Dispatch
internal import FaceTypes
internal import LevelDB
internal import Synchronization

/// Makes deleted bytes leave the files.
///
/// Deleting a key in LevelDB only writes a marker; the value stays in the log and the tables until they are rewritten.
/// A pass takes every cleanup note there is and
///
/// 1. flushes, so that no value to be purged is in the log or the memory table: a marker that meets its value there
///    would travel with it into one table, which nothing then rewrites;
/// 2. writes markers (again), which now lie above every table with such a value;
/// 3. waits for reads that began earlier: their snapshots would keep the values;
/// 4. compacts the keys' ranges, which carries each marker down through every table that has its key — twice, because
///    LevelDB decides how deep to go before it begins, and its own compactions go on meanwhile;
/// 5. waits for reads again, whose cursors keep replaced tables on the disk, and flushes, which deletes those;
/// 6. removes the notes, synced; this also brings out any error of the compactions.
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
    let database = try gate.database()
    let view = View(database: database, hash: hash)
    var notes: [(key: [UInt8], record: CleanupRecord)] = []
    // Notes of this moment; those that come later are for the next pass.
    try view.scan(Key.range(.cleanup)) { key, value throws(StoreError) in
      notes.append((key, try CleanupRecord(value)))
      return true
    }
    guard !notes.isEmpty else { return }

    database.flush()
    var ranges: [KeyRange] = []
    let models = try view.models().map(\.number)
    var single: [[UInt8]] = []
    // Prefixes of the photographs of deleted identities, as one key before them and one behind them.
    var photographs: [[UInt8]] = []
    for note in notes {
      try checkOpen()
      switch note.record {
      case .faces(let gallery, let identity, let faces):
        if let identity {
          single.append(Key.identity(gallery, identity))
          single.append(Key.dataKey(gallery, identity))
          photographs.append(Key.key(.photograph, gallery, identity.value))
          photographs.append(Key.key(.photograph, gallery, identity.value + 1))
        }
        for face in faces {
          single.append(Key.face(gallery, face))
          single.append(Key.crop(gallery, face))
          for model in models { single.append(Key.embedding(model: model, gallery, face)) }
        }
      case .gallery(let number):
        ranges += Sweep.ranges(ofGallery: number, models: models)
      case .embeddings(let model):
        ranges.append(Key.range(.embedding, model))
      case .changePayloads(let gallery, let numbers):
        for number in numbers { single.append(Key.changePayload(gallery, number)) }
      }
    }
    try orFail { () throws(StoreError) in try Sweep.delete(single, in: database) }
    for range in ranges + photographs.indices.filter({ $0 % 2 == 0 }).map({ KeyRange(prefix: photographs[$0]) }) {
      try checkOpen()
      try orFail { () throws(StoreError) in try Sweep.deleteAll(range, in: view) }
    }

    gate.waitForReaders()
    for range in ranges + Sweep.clusters(of: single) + Sweep.clusters(of: photographs) {
      for _ in 0..<2 {
        try checkOpen()
        database.compact(range)
      }
    }
    gate.waitForReaders()
    database.flush()

    try orFail { () throws(StoreError) in
      try Sweep.delete(notes.map(\.key), in: database, synced: true)
    }
  }

  /// Runs a write of the purger's own; when it fails, nobody may write any more (`GroupWriter.fail`).
  private func orFail(_ write: () throws(StoreError) -> Void) throws(StoreError) {
    do throws(StoreError) {
      try write()
    } catch {
      if error.code == .io { writer.fail(error) }
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
