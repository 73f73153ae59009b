internal import Dispatch
internal import LevelDB
internal import Synchronization

/// The durable truth of faced: galleries, identities, faces, crops, embeddings, models and jobs in a LevelDB directory.
///
/// Reads are synchronous and see what was committed last. Changes are asynchronous; when one returns it is on the disk
/// (`fsync`), all of it, and a crash at any moment leaves either all or nothing of it. Every method may be called from
/// any thread. `SCHEMA.md` gives the bytes.
package final class FaceStore: Sendable {
  let options: StoreOptions
  let gate: ReaderGate
  let writer: GroupWriter
  let purger: Purger
  private let recovery: StoreRecovery
  let hash: SipHash
  let sealing: Sealing?
  /// Which of those that change a shared store this is.
  let identity: UInt64
  let acknowledged = Acknowledged()
  /// Enrolments with a request id since the ids were last pruned.
  let requestsSincePruning = Atomic<Int>(0)
  private let closing: Closing

  /// Where the store is, for people.
  package let place: String
  /// Whether other daemons change the same records.
  package let isShared: Bool

  /// Opens the store in `directory`, makes it (with mode 0700) when that is absent or empty, and carries on with purges
  /// that were cut off. Where only a part of a store is left, nothing is changed.
  ///
  /// - Throws: `locked` when another faced uses the directory, `schemaTooNew`, `corruption`, `invalidArgument` when the
  ///   directory holds something else, `io`.
  package convenience init(directory: String, options: StoreOptions = StoreOptions()) throws(StoreError) {
    try self.init(directory: directory, options: options, schema: .current)
  }

  package convenience init(directory: String, options: StoreOptions, schema: Schema) throws(StoreError) {
    var settings = DatabaseOptions()
    settings.blockCacheBytes = options.blockCacheBytes
    settings.writeBufferBytes = options.writeBufferBytes
    // JPEGs and floats do not shrink, and uncompressed tables let anyone check that a deleted photograph is gone.
    settings.compression = .none
    settings.createIfMissing = options.createsIfMissing
    if options.createsIfMissing { try Files.makeDirectory(directory) }
    let closing = Closing()
    let engine = try Self.open(directory, settings, closing)
    settings.createIfMissing = false
    try self.init(engine, directory, options, schema, closing) { [settings] gate in
      let reopening = LevelDBReopening(gate: gate, directory: directory) { () throws(StoreError) in
        try Self.open(directory, settings, closing)
      }
      return { () throws(StoreError) in try reopening() }
    }
  }

  /// Opens the store in a PostgreSQL database, which several processes may do at once, and makes its tables where they are
  /// not there.
  ///
  /// - Parameter postgreSQL: the address, as libpq takes it.
  /// - Throws: `unavailable`, `schemaTooNew`, `corruption`, `failedPrecondition`.
  package convenience init(postgreSQL address: String, options: StoreOptions = StoreOptions()) throws(StoreError) {
    let closing = Closing()
    let engine = try PostgreSQLEngine(address) { closing.databaseClosed() }
    let place = "\(StoreLocation.postgreSQL(address))"
    try self.init(engine, place, options, .current, closing) { _ in
      { [weak engine] () throws(StoreError) in try engine?.probe() }
    }
  }

  /// Opens the store that is there.
  package convenience init(_ location: StoreLocation, options: StoreOptions = StoreOptions()) throws(StoreError) {
    switch location {
    case .levelDB(let folder): try self.init(directory: folder + "/store", options: options)
    case .postgreSQL(let address): try self.init(postgreSQL: address, options: options)
    }
  }

  private init(
    _ engine: any RecordEngine, _ place: String, _ options: StoreOptions, _ schema: Schema, _ closing: Closing,
    reopening: (ReaderGate) -> @Sendable () throws(StoreError) -> Void
  ) throws(StoreError) {
    let header = try schema.prepare(engine, place, now: options.now(), mayBegin: options.createsIfMissing)
    let sealing = try SealingRecord.prepare(engine, options)
    self.sealing = sealing
    self.place = place
    self.options = options
    self.closing = closing
    isShared = engine.isShared
    identity = .random(in: 1...UInt64.max)
    hash = header.nameKey
    gate = ReaderGate(engine)
    let recovery = StoreRecovery(options: options, reopen: reopening(gate))
    self.recovery = recovery
    writer = GroupWriter(
      gate: gate, hash: hash, sealing: sealing, identity: engine.isShared ? identity : nil, acknowledged: acknowledged,
      maximumPendingBytes: options.maximumPendingBytes
    ) {
      recovery.begin($0)
    }
    purger = Purger(gate: gate, writer: writer, hash: hash, options: options)
    recovery.afterwards { [weak writer, weak purger] in
      writer?.resume()
      purger?.start()
    }
    purger.start()
  }

  deinit { recovery.stop() }

  private static func open(
    _ directory: String, _ settings: DatabaseOptions, _ closing: Closing
  ) throws(StoreError) -> LevelDBEngine {
    try LevelDBEngine(path: directory, options: settings, onClose: { closing.databaseClosed() })
  }

  /// Why changes are refused at present; nil as long as they are taken. It goes by itself: the store tries again.
  package var writeRefusal: StoreError? { writer.failure }

  /// Closes the store: waits for the changes under way, the current step of a purge and running reads, and unlocks the
  /// directory. Calls from then on throw `closed`. A store that is dropped without it closes by itself, soon.
  package func close() async {
    await writer.close()
    await purger.close()
    if closing.begin() {
      // Waiting for readers blocks, so it has a thread of its own.
      DispatchQueue(label: "faced.store.closer").async { [gate, recovery, closing] in
        recovery.close()
        closing.expectLast()
        if !gate.close() { closing.databaseClosed() }
      }
    }
    await closing.wait()
  }

  /// Reads the present state.
  func read<R>(_ body: (View) throws(StoreError) -> R) throws(StoreError) -> R {
    try gate.read { engine throws(StoreError) in
      try body(View(records: engine.present, hash: hash, sealing: sealing))
    }
  }

  /// Several reads that must agree.
  func readFixed<R>(_ body: (View) throws(StoreError) -> R) throws(StoreError) -> R {
    try gate.read { engine throws(StoreError) in
      try body(View(records: try engine.snapshot(), hash: hash, sealing: sealing))
    }
  }

  /// Whether a purge, or closing, waits for running reads now; for tests.
  package var isAwaitingReaders: Bool { gate.isAwaitingReaders }

  /// Starts to purge after a deletion, unless the options leave that to `purge()`.
  func deletionCommitted() {
    if options.purgesAutomatically { purger.start() }
  }

  /// Returns when every deletion that was answered before the call has left the files.
  ///
  /// Crops, embeddings, and the records of deleted faces, identities and galleries are then in none of the directory's
  /// files. The disk's own free blocks, file-system snapshots and backups are out of its reach.
  package func purge() async throws(StoreError) { try await purger.purge() }
}

/// Whether the last database is closed, for those who wait for it.
private final class Closing: Sendable {
  private struct State {
    var hasBegun = false
    /// From now on no other database will be opened.
    var isLast = false
    var isClosed = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// True for the first caller.
  func begin() -> Bool {
    state.withLock { state in
      defer { state.hasBegun = true }
      return !state.hasBegun
    }
  }

  func expectLast() { state.withLock { $0.isLast = true } }

  func databaseClosed() {
    let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      guard state.isLast else { return [] }
      state.isClosed = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  func wait() async {
    await withCheckedContinuation { continuation in
      let isClosed = state.withLock { state in
        if !state.isClosed { state.waiting.append(continuation) }
        return state.isClosed
      }
      if isClosed { continuation.resume() }
    }
  }
}
