internal import FaceNet
internal import FaceTypes
internal import Images

/// The pictures of the identities that were kept from training.
struct ValidationPictures: Sendable {
  let data: FaceDataset
  /// Places in the data, and whose they are.
  let pictures: [Int]
  let identity: [Int]

  init(data: FaceDataset, split: IdentitySplit) { self.init(data: data, people: split.validation) }

  /// - Parameter people: places of each one's pictures.
  init(data: FaceDataset, people: [[Int]]) {
    self.data = data
    pictures = people.flatMap { $0 }
    identity = people.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element.count) }
  }

  /// How a detector's frames scatter about the exact ones; standard deviations.
  struct Jitter: Sendable {
    /// Of the centre on either axis, as a share of the crop's side.
    var shift = 0.0
    /// Of the crop's side, relative.
    var scale = 0.0
    /// Whether the detector finds landmarks; without them no crop is turned.
    var hasLandmarks = true
    /// Of the roll, in radians.
    var roll = 0.0
  }

  /// Embeds every picture `variants` times, each time with a frame of its own.
  func embeddings(
    _ embedder: Embedder, jitter: Jitter = Jitter(), variants: Int = 1, seed: UInt64 = 0
  ) throws -> (embeddings: [Embedding], identity: [Int], picture: [Int]) {
    let input = embedder.metadata.input
    let frames =
      jitter.hasLandmarks ? try data.frames(input) : [FaceFrame](repeating: data.squareFrame, count: data.count)
    var embeddings: [Embedding] = []
    for variant in 0..<variants {
      for start in stride(from: 0, to: pictures.count, by: Embedder.maximumBatch) {
        let faces = (start..<min(start + Embedder.maximumBatch, pictures.count)).map { index in
          var random = RandomSource(seed: seed, 5, variant, index)
          return views(pictures[index], frames[pictures[index]], input, jitter, &random)
        }
        embeddings += try embedder.embed(faces)
      }
    }
    let indices = (0..<variants).flatMap { _ in pictures.indices }
    return (embeddings, indices.map { identity[$0] }, indices.map { pictures[$0] })
  }

  /// Distances of the pairs with exact frames.
  func scores(_ embedder: Embedder) throws -> PairScores {
    let (embeddings, identity, picture) = try embeddings(embedder)
    return PairScores(embeddings: embeddings, identity: identity, picture: picture)
  }

  private func views(
    _ picture: Int, _ frame: FaceFrame, _ input: InputSpecification, _ jitter: Jitter, _ random: inout RandomSource
  ) -> FaceViews {
    var frame = frame
    let side = frame.eyeMouthDistance * input.cropSide
    frame.eyeMouthDistance *= max(0.5, 1 + jitter.scale * random.normal())
    frame.centre.x += jitter.shift * side * random.normal()
    frame.centre.y += jitter.shift * side * random.normal()
    // Drawn last, so that scatter without it stays as it was.
    if jitter.roll > 0 { frame.roll += jitter.roll * random.normal() }
    return input.views(data.picture(picture), frame)
  }
}
