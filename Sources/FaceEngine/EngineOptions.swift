internal import FaceNet
public import FaceStore
public import FaceTypes
public import Images

/// Every limit of the engine, with its default.
public struct EngineOptions: Sendable {
  /// Where everything lies that is this daemon's own: `models/`, `index/`, and `store/` (LevelDB) unless `store` is elsewhere. Created, for its owner alone, where absent.
  public var directory: String
  /// Where galleries, faces and all that belongs to them are kept; in `directory` unless that is said.
  public var store: StoreLocation
  /// Where the faces' vectors are searched in place of this process's memory; nil for memory.
  public var search: (any SearchServer)?
  /// The model to begin with when the store is new; it is added to the store's models in any case.
  public var initialModel: String
  /// What finds the faces.
  public var detector: DetectorChoice
  /// The wanted share of strangers that are taken for somebody (FPIR), and of wrong claims that are accepted (FAR).
  public var falsePositiveRate = 0.01
  /// The least quality (`FaceQuality.overall`, 0 to 1) of a face that is enrolled; 0 takes every face. The default
  /// refuses what nobody could recognise.
  public var minimumQuality = 0.05
  /// The smallest face that photographs are searched for. Nil: what the detector finds in about two megapixels, that is from 24
  /// pixels on in a smaller photograph; in one of 8 megapixels or more, faces below some 3 % of its longer side only where
  /// it shows none, or several of which one is hardly larger.
  public var minimumFace: MinimumFace?
  /// What a photograph may have at most.
  public var photoLimits = ImageLimits.default
  /// Threads that decode, detect and embed; each runs BLAS on one thread.
  public var workers: Int
  /// Photographs that may wait for a worker before requests are refused as too many.
  public var maximumWaiting = 256
  /// Bytes of photographs that may wait for a worker.
  public var maximumWaitingBytes = 512 << 20
  /// Bytes of decoded photographs, over all workers; the largest photograph is taken whatever it has.
  public var maximumDecodedBytes = 1 << 30
  /// Pictures of faces that go through the network together under load; 1 embeds every call's by themselves.
  public var batchSize = 8
  /// How long a face waits for others to be embedded with, while new photographs are looked at.
  public var batchWait = Duration.milliseconds(10)
  /// When the indexes are written to files.
  public var checkpoints = CheckpointOptions()
  /// How the store is read in the background.
  public var scrub = ScrubOptions()
  /// How long the vectors of the model before the last switch are kept for going back, in seconds.
  public var rollbackSeconds = 30 * 86_400
  /// The key of an encrypted store; a new store is encrypted where there is one.
  public var masterKey: MasterKey?
  /// Bytes of a model file at most.
  public var maximumModelBytes = 512 << 20

  /// What `batchSize` may be at most.
  public static let largestBatch = Embedder.maximumBatch

  /// The options without a default, all others at theirs; fewer than one worker count as one.
  public init(directory: String, initialModel: String, detector: DetectorChoice, workers: Int) {
    self.directory = directory
    store = .levelDB(directory)
    self.initialModel = initialModel
    self.detector = detector
    self.workers = max(1, workers)
  }
}

/// What finds the faces of a photograph.
public enum DetectorChoice: Hashable, Sendable {
  /// faced's own networks, from two model files: boxes and landmarks, of turned faces too.
  case faced(detector: String, aligner: String)
  /// A file of YuNet's kind, of the user's own: boxes and landmarks.
  case onnx(path: String)
}
