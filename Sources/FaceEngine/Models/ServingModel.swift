internal import FaceNet
internal import FaceStore
internal import FaceTypes
internal import Logging
internal import Synchronization

/// A model that is loaded, with every gallery's index under it.
final class ServingModel: Sendable {
  let embedder: Embedder
  let calibration: Calibration
  /// What a search server is asked through; nil where vectors are in memory.
  let search: SearchKeeper?
  private let indexes = Mutex<[GalleryID: any FaceIndex]>([:])
  /// Of the galleries that were asked for theirs; nil for those that have none.
  private let calibrations = Mutex<[GalleryID: GalleryCalibration?]>([:])

  init(embedder: Embedder, calibration: Calibration, search: SearchKeeper?) {
    self.embedder = embedder
    self.calibration = calibration
    self.search = search
  }

  var id: ModelID { embedder.modelID }
  var dimension: Int { embedder.metadata.embeddingSize }
  /// The model whose vectors do for faces that have none of this one's yet.
  var stand: ModelID? { embedder.metadata.compatibleWith }

  /// The gallery's index, empty where nothing was enrolled yet.
  func index(of gallery: GalleryID) -> any FaceIndex {
    indexes.withLock { indexes in
      if let index = indexes[gallery] { return index }
      let index = newIndex(of: gallery)
      indexes[gallery] = index
      return index
    }
  }

  private func newIndex(of gallery: GalleryID) -> any FaceIndex {
    guard let search else { return GalleryIndex(dimension: dimension) }
    return ServedIndex(gallery, id, orElse: stand, dimension: dimension, search)
  }

  func dropIndex(of gallery: GalleryID) {
    let index = indexes.withLock { $0.removeValue(forKey: gallery) }
    if let served = index as? ServedIndex { search?.forget(served) }
    forgetCalibration(of: gallery)
  }

  /// The gallery's own calibration under this model; read from the store at the first question.
  func calibration(
    of gallery: GalleryID, _ read: () throws(EngineError) -> GalleryCalibration?
  ) throws(EngineError) -> GalleryCalibration? {
    if let known = calibrations.withLock({ $0[gallery] }) { return known }
    let found = try read()
    calibrations.withLock { $0[gallery] = .some(found) }
    return found
  }

  func forgetCalibration(of gallery: GalleryID) { _ = calibrations.withLock { $0.removeValue(forKey: gallery) } }

  /// Every gallery's index.
  var allIndexes: [GalleryID: any FaceIndex] { indexes.withLock { $0 } }

  /// Those that checkpoints are kept of.
  var indexesInMemory: [GalleryID: GalleryIndex] { allIndexes.compactMapValues { $0 as? GalleryIndex } }

  /// Those that a search server is kept up to date for.
  var servedIndexes: [ServedIndex] { allIndexes.values.compactMap { $0 as? ServedIndex } }

  /// Makes every index what the store says, which is the truth; from checkpoints where there are some.
  ///
  /// - Parameter stand: a compatible model whose vectors do for faces that have none of this one's.
  /// - Returns: galleries whose checkpoint holds a face that was deleted just before the process died.
  @discardableResult
  func rebuild(
    from store: FaceStore, _ checkpoints: IndexCheckpoints? = nil, orElse stand: ModelID? = nil, _ logger: Logger
  ) throws(EngineError) -> [GalleryID] {
    var outdated: [GalleryID] = []
    let sequence = try translating { () throws(StoreError) in try store.changeNumber() }
    var last: GalleryID?
    while true {
      let page = try translating { () throws(StoreError) in try store.galleries(after: last, limit: 100) }
      for gallery in page {
        if search == nil, let read = try checkpoints?.load(gallery.id, id, dimension: dimension, upTo: sequence) {
          if read.sequence != sequence, try read.index.catchUp(gallery.id, id, orElse: stand, with: store) {
            outdated.append(gallery.id)
          }
          indexes.withLock { $0[gallery.id] = read.index }
          logger.info(
            "index read",
            metadata: ["gallery": "\(gallery.id)", "faces": "\(read.index.count)", "newer": "\(read.index.changes)"])
        } else {
          try rebuild(gallery.id, faceCount: Int(gallery.faceCount), from: store, orElse: stand, logger)
        }
      }
      guard page.count == 100 else { return outdated }
      last = page.last?.id
    }
  }

  private func rebuild(
    _ gallery: GalleryID, faceCount: Int, from store: FaceStore, orElse stand: ModelID?, _ logger: Logger
  ) throws(EngineError) {
    var faces: [(face: FaceID, identity: IdentityID)] = []
    var values: [Float] = []
    var unusable = 0
    faces.reserveCapacity(faceCount)
    values.reserveCapacity(faceCount * dimension)
    do {
      try store.forEachEmbedding(gallery, model: id, orElse: stand) { face, identity, vector in
        // The store takes unit vectors alone; one of an earlier version must not keep the others from being found.
        guard isUnit(vector) else {
          unusable += 1
          return
        }
        faces.append((face, identity))
        for component in vector.indices { values.append(vector[component]) }
      }
    } catch let error as StoreError {
      throw EngineError(error)
    } catch {
      throw EngineError(.internal, .storeFailed, "\(error)")
    }
    if unusable > 0 {
      logger.error(
        "faces are not found: their vectors under the model are not usable",
        metadata: ["gallery": "\(gallery)", "faces": "\(unusable)"])
    }
    let index = newIndex(of: gallery)
    try index.add(contentsOf: faces, values: values)
    indexes.withLock { $0[gallery] = index }
  }
}

private func isUnit(_ vector: Span<Float>) -> Bool {
  var squared: Float = 0
  for component in vector.indices { squared += vector[component] * vector[component] }
  return abs(squared - 1) <= StoreLimits.normTolerance
}

/// What requests see, whole and unchanging: a request that has taken a view finishes under it.
struct EngineView: Sendable {
  /// Answers searches.
  let active: ServingModel
  /// The model that a running reindex moves to: new faces are embedded under it as well.
  let next: ServingModel?

  /// Every model under which a new face has to be known.
  var models: [ServingModel] { next.map { [active, $0] } ?? [active] }
}
