internal import FaceNet
internal import FaceTypes
internal import Images

/// From kept crops to embeddings: the way of enrolment and of reindexing alike.
enum Reembedding {
  /// What the network takes, out of a kept crop and the landmarks that were kept with it.
  /// - Throws: `CROP_DAMAGED`.
  static func input(
    _ crop: [UInt8], _ landmarks: Landmarks?, _ embedder: Embedder
  ) throws(EngineError) -> FaceViews {
    do throws(ImageError) {
      return embedder.input(fromCanonicalCrop: try ImageDecoder.decode(crop), landmarks: landmarks)
    } catch {
      throw EngineError(.dataLoss, .cropDamaged, "a kept crop cannot be decoded: \(error.message)")
    }
  }

  /// The embeddings of inputs in the given order.
  static func embed(inputs: [FaceViews], _ embedder: Embedder) throws(EngineError) -> [Embedding] {
    try CancellationFlag.check()
    let start = ContinuousClock.now
    defer { Stage.embed.note(since: start) }
    do throws(ModelFileError) {
      return try embedder.embed(inputs)
    } catch {
      throw EngineError(.internal, .embeddingFailed, "the network failed: \(error.message)")
    }
  }
}
