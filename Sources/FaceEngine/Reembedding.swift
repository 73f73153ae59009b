internal import FaceNet
internal import FaceTypes
internal import Images

/// From kept crops to embeddings: the way of enrolment and of reindexing alike.
enum Reembedding {
  /// The embeddings of canonical crops in the given order.
  static func embed(_ crops: [[UInt8]], _ embedder: Embedder) throws(EngineError) -> [Embedding] {
    var inputs: [Image] = []
    for crop in crops {
      do throws(ImageError) {
        inputs.append(embedder.input(fromCanonicalCrop: try ImageDecoder.decode(crop)))
      } catch {
        throw EngineError(.dataLoss, "CROP_DAMAGED", "a kept crop cannot be decoded: \(error.message)")
      }
    }
    return try embed(inputs: inputs, embedder)
  }

  static func embed(inputs: [Image], _ embedder: Embedder) throws(EngineError) -> [Embedding] {
    do throws(ModelFileError) {
      return try embedder.embed(inputs)
    } catch {
      throw EngineError(.internal, "EMBEDDING_FAILED", "the network failed: \(error.message)")
    }
  }
}
