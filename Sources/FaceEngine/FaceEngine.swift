package import FaceDetection
public import FaceStore
public import FaceTypes
public import Foundation
public import Logging
internal import Synchronization
internal import VectorIndex

/// The verbs: enroll, identify, verify, reindex, and the care of galleries and models.
///
/// Every request takes the current view (a model and its indexes) and finishes under it. Changes are durable before
/// they are visible. The engine knows nothing of the wire; the daemon joins the two.
public final class FaceEngine: Sendable {
  private let settings: Mutex<EngineOptions>
  /// What was read of the store in the background.
  public let scrubbing = ScrubState()
  /// When the engine was opened.
  public let startedAt: Date
  let store: FaceStore
  /// Nil where vectors are in memory.
  let search: SearchKeeper?
  private let lock: FolderLock?
  let library: ModelLibrary
  let pool: WorkerPool
  let batches: FaceBatches
  let photos: PhotoPipeline
  let gate = ChangeGate()
  let checkpoints: IndexCheckpoints
  let logger: Logger
  /// Whether changes are taken.
  public let writes: WriteState
  private let view: Mutex<EngineView>
  let reindexing = Mutex(ReindexState())
  /// What other daemons change.
  public let replica: ReplicaState
  /// What runs beside the requests for as long as the engine is open.
  private let keeping = Mutex<Task<Void, Never>?>(nil)
  /// Starting, pausing, resuming and cancelling a reindex happen one after the other.
  let steering = ChangeGate()

  /// Opens the store, loads the active model, rebuilds the indexes, and goes on with a reindex that was under way.
  /// - Throws: `STORE_IN_USE`, `STORE_DAMAGED`, `STORE_TOO_NEW`, `DIRECTORY_UNUSABLE`, `MODEL_REFUSED` and others.
  public static func open(_ options: EngineOptions, logger: Logger) async throws(EngineError) -> FaceEngine {
    try await open(options, detector: try options.detector.open(), logger: logger)
  }

  /// The same with a detector of the caller's own, instead of the options'.
  package static func open(
    _ options: EngineOptions, detector: any FaceDetector, logger: Logger
  ) async throws(EngineError) -> FaceEngine {
    let writes = WriteState(logger: logger)
    var storeOptions = StoreOptions()
    storeOptions.masterKey = options.masterKey
    storeOptions.onWriteState = { writes.report($0) }
    if case .levelDB = options.store { storeOptions.createsIfMissing = try DataFolder.mayBegin(options.directory) }
    try Directories.create(options.directory)
    // A store in the folder has a lock of its own.
    var lock: FolderLock?
    if case .postgreSQL = options.store { lock = try FolderLock(options.directory) }
    let store = try translating { [storeOptions] () throws(StoreError) in
      try FaceStore(options.store, options: storeOptions)
    }
    let replica = ReplicaState(isShared: store.isShared)
    // What others change from here on is looked at again by the follower.
    replica.begin(at: try translating { () throws(StoreError) in try store.changeNumber() } - 1)
    if options.search != nil, options.masterKey != nil {
      logger.warning("vectors at the search server are not encrypted")
    }
    let search = options.search.map { SearchKeeper($0, store, logger) }
    let library = try ModelLibrary(
      directory: options.directory + "/models", store: store, search: search,
      maximumBytes: options.maximumModelBytes)
    let active = try await activeModel(options, store, library, logger)
    let checkpoints = try IndexCheckpoints(
      directory: options.directory + "/index", options: options.checkpoints,
      seal: options.masterKey.map { CheckpointSealing($0) }, logger: logger)
    try ChangeMark.check(
      options.directory, store: try translating { () throws(StoreError) in try store.changeNumber() })
    for gallery in try active.rebuild(from: store, checkpoints, orElse: active.stand, logger) {
      await checkpoints.takeAway(gallery)
    }
    checkpoints.keepOnly(checkpoints.galleries, of: active.id)
    if try translating({ () throws(StoreError) in try store.gallery(.default) }) == nil {
      do throws(StoreError) { try await store.createGallery(.default) } catch {
        // Another daemon that starts at the same time was first.
        guard error.code == .alreadyExists else { throw EngineError(error) }
      }
    }
    let engine = FaceEngine(
      options, store, library, active, detector, checkpoints, logger, writes, replica, lock, search)
    if store.isShared {
      // What failed writes have left is in the feed.
      try await engine.followModels()
    } else {
      writes.afterRecovery { [weak engine] in Task { await engine?.reconcile() } }
      await engine.resumeReindexAtStart()
    }
    engine.keeping.withLock {
      $0 = Task(priority: .utility) { [weak engine] in
        async let checkpoints: Void? = engine?.keepCheckpoints()
        async let scrub: Void? = engine?.scrubAgainAndAgain()
        async let vectors: Void? = engine?.dropOldVectorsInTime()
        async let others: Void? = engine?.followStore()
        async let search: Void? = engine?.keepSearch()
        _ = await (checkpoints, scrub, vectors, others, search)
      }
    }
    let totals = try engine.statistics()
    logger.info(
      "open",
      metadata: [
        "model": "\(active.id.short)", "galleries": "\(totals.galleries)", "identities": "\(totals.identities)",
        "faces": "\(totals.faces)",
      ])
    return engine
  }

  private init(
    _ options: EngineOptions, _ store: FaceStore, _ library: ModelLibrary, _ active: ServingModel,
    _ detector: any FaceDetector, _ checkpoints: IndexCheckpoints, _ logger: Logger, _ writes: WriteState,
    _ replica: ReplicaState,
    _ lock: FolderLock?, _ search: SearchKeeper?
  ) {
    self.search = search
    self.replica = replica
    self.lock = lock
    self.writes = writes
    self.checkpoints = checkpoints
    settings = Mutex(options)
    self.store = store
    self.library = library
    self.logger = logger
    startedAt = Date()
    pool = WorkerPool(
      workers: options.workers, limits: .init(waiting: options.maximumWaiting, bytes: options.maximumWaitingBytes))
    batches = Self.faceBatches(pool, options)
    photos = PhotoPipeline(
      detector: detector, limits: options.photoLimits, memory: DecodedMemory(limit: options.maximumDecodedBytes))
    view = Mutex(EngineView(active: active, next: nil))
  }

  /// Stops what runs in the background, waits for what was accepted, leaves checkpoints of the indexes for the next
  /// start, and closes the store. A running reindex goes on at the next start.
  public func close() async {
    await stopReindex()
    pool.stop()
    let keeping = keeping.withLock { $0 }
    keeping?.cancel()
    await keeping?.value
    await writeLastCheckpoints()
    leaveReindexLease()
    await store.close()
  }

  /// The options, with what was changed since the start.
  public var options: EngineOptions { settings.withLock { $0 } }

  /// Changes what decisions and enrolments go by; requests that are under way keep to what they began with.
  public func adopt(falsePositiveRate: Double, minimumQuality: Double, minimumFace: MinimumFace?) {
    settings.withLock {
      $0.falsePositiveRate = falsePositiveRate
      $0.minimumQuality = minimumQuality
      $0.minimumFace = minimumFace
    }
  }

  /// The name of the instruction set that the vector kernels use.
  public var kernels: String { VectorIndex.kernels }

  /// The model that answers searches now; a reindex changes it.
  public var activeModel: ModelID { currentView().active.id }

  /// The active model and how many components its vectors have.
  public var activeVectors: (model: ModelID, dimension: Int) {
    let active = currentView().active
    return (active.id, active.dimension)
  }

  /// How much is in the store and on its disk.
  ///
  /// - Throws: `STORE_DAMAGED` and others where the store cannot be read.
  public func statistics() throws(EngineError) -> StoreStatistics {
    try translating { () throws(StoreError) in try store.statistics() }
  }

  func currentView() -> EngineView { view.withLock { $0 } }

  /// Puts another view in place, whole. Only within `gate.alone`.
  func install(_ new: EngineView) { view.withLock { $0 = new } }

  /// The store's active model; the initial one where the store is new.
  private static func activeModel(
    _ options: EngineOptions, _ store: FaceStore, _ library: ModelLibrary, _ logger: Logger
  ) async throws(EngineError) -> ServingModel {
    let known = try translating { () throws(StoreError) in try store.activeModel() }
    let initial: ModelRecord
    do throws(EngineError) {
      initial = try await addInitialModel(options, library)
    } catch {
      // A store that has its model does not need another.
      guard let known else { throw error }
      logger.warning("the model given with --model was not added", metadata: ["reason": "\(error.message)"])
      return try library.load(known)
    }
    if let active = known {
      if active != initial.id {
        logger.notice(
          "the store's active model keeps answering; `facectl reindex start` switches to the other",
          metadata: ["active": "\(active.short)", "other": "\(initial.id.short)"])
      }
      return try library.load(active)
    }
    try await translating { () async throws(StoreError) in try await store.switchActiveModel(to: initial.id) }
    return try library.load(initial.id)
  }

  private static func addInitialModel(
    _ options: EngineOptions, _ library: ModelLibrary
  ) async throws(EngineError) -> ModelRecord {
    guard let bytes = FileManager.default.contents(atPath: options.initialModel) else {
      throw EngineError(
        .failedPrecondition, .modelMissing,
        "the model file '\(options.initialModel)' cannot be read; choose another with --model")
    }
    let label = URL(fileURLWithPath: options.initialModel).lastPathComponent
    return try await library.keep(try library.check([UInt8](bytes)), label: label)
  }
}
