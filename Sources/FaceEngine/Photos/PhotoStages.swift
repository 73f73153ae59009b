package import FaceDetection
package import FaceNet
package import FaceTypes
internal import Images

/// The way of a photograph from its bytes to embeddings on this thread, stage by stage: for measuring.
package struct PhotoStages {
  /// What came of it, and what it took.
  package struct Run {
    package var decode = Duration.zero
    package var detect = Duration.zero
    /// Cutting what the network sees, and reading small faces at full size.
    package var crop = Duration.zero
    package var embed = Duration.zero
    /// Pixels that were searched.
    package var pixels = 0
    /// The photograph's longer side.
    package var size = 0
    /// In pixels of the upright photograph, largest first; as many as there are embeddings.
    package var boxes: [Box] = []
    package var embeddings: [Embedding] = []
  }

  private let photos: PhotoPipeline
  private let embedder: Embedder

  /// - Parameter isWhole: photographs are decoded and searched whole, whatever their size.
  package init(detector: any FaceDetector, embedder: Embedder, isWhole: Bool = false) {
    photos = PhotoPipeline(
      detector: detector, limits: .default, memory: DecodedMemory(limit: .max),
      searchedPixels: isWhole ? .max : 2 << 20)
    self.embedder = embedder
  }

  package func run(_ bytes: [UInt8], from minimum: MinimumFace? = nil) throws(EngineError) -> Run {
    var run = Run()
    let clock = ContinuousClock()
    var last = clock.now
    func lap() -> Duration {
      let now = clock.now
      defer { last = now }
      return last.duration(to: now)
    }
    let picture = try photos.decode(bytes)
    run.decode = lap()
    let photo = try photos.search(picture, bytes, from: minimum)
    run.detect = lap()
    let portraits = try photos.portraits(photo)
    let views = portraits.map {
      embedder.input(from: $0.image, landmarks: $0.place.landmarks, frame: $0.place.frame)
    }
    run.crop = lap()
    run.embeddings = try Reembedding.embed(inputs: views, embedder)
    run.embed = lap()
    run.pixels = photo.image.width * photo.image.height
    run.size = max(photo.size.width, photo.size.height)
    run.boxes = portraits.map { photo.turn.original($0.face.box, in: photo.size) }
    return run
  }
}
