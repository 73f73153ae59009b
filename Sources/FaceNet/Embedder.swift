public import FaceTypes
public import Images
internal import Networks

/// Pictures of faces to embeddings, by one model.
public final class Embedder: Sendable {
  /// How many pictures go through the network at once; bounds the memory of a call.
  public static let maximumBatch = 32
  /// Numbers of input that go through the network at once; fewer pictures do where they are large.
  private static let batchNumbers = 1 << 24

  /// The SHA-256 of the model's file; every embedding belongs to it.
  public let modelID: ModelID
  /// The model file's header.
  public let metadata: ModelMetadata
  private let network: EmbeddingNetwork

  /// - Throws: `.mismatch` when the file's tensors do not fit its network, or its output is not an embedding.
  public init(_ model: ModelFile) throws(ModelFileError) {
    modelID = model.id
    metadata = model.metadata
    network = try EmbeddingNetwork(model)
  }

  /// The faces' embeddings, in order; unit vectors of `metadata.embeddingSize` components, each the mean of its views'.
  ///
  /// - Parameter faces: as `input(…)` makes them.
  /// - Throws: `.wrongInput` for a face without a crop, or a crop of another size than the network's.
  public func embed(_ faces: [FaceViews]) throws(ModelFileError) -> [Embedding] {
    let outputs = try embed(crops: faces.flatMap(\.crops))
    var embeddings: [Embedding] = []
    embeddings.reserveCapacity(faces.count)
    var start = 0
    for face in faces {
      guard let mean = Embedding(meanOf: outputs[start..<start + face.crops.count]) else {
        throw ModelFileError(.wrongInput, "a face has no crop, or its crops' embeddings cancel")
      }
      embeddings.append(mean)
      start += face.crops.count
    }
    return embeddings
  }

  /// What the network says of single crops, whatever the model's views are.
  ///
  /// - Parameter inputs: crops of exactly the input's size.
  /// - Throws: `.wrongInput` for a crop of another size.
  public func embed(crops inputs: [Image]) throws(ModelFileError) -> [Embedding] {
    let specification = metadata.input
    var embeddings: [Embedding] = []
    embeddings.reserveCapacity(inputs.count)
    let fitting = Self.batchNumbers / (3 * specification.height * specification.width)
    let together = max(1, min(Self.maximumBatch, fitting))
    for start in stride(from: 0, to: inputs.count, by: together) {
      let chunk = inputs[start..<min(start + together, inputs.count)]
      var batch: [Float] = []
      batch.reserveCapacity(chunk.count * 3 * specification.height * specification.width)
      for image in chunk {
        guard image.width == specification.width, image.height == specification.height else {
          throw ModelFileError(
            .wrongInput,
            "the network takes \(specification.width)x\(specification.height) pixels, not \(image.width)x\(image.height)"
          )
        }
        specification.append(image.pixels, to: &batch)
      }
      let values: [Float]
      do throws(NetworkError) {
        values = try network.embed(batch, count: chunk.count)
      } catch {
        throw ModelFileError(.wrongInput, "the network could not run: \(error)")
      }
      for row in 0..<chunk.count {
        let size = metadata.embeddingSize
        embeddings.append(Embedding(unit: Array(values[row * size..<(row + 1) * size])))
      }
    }
    return embeddings
  }

  /// What the model takes out of the canonical crop that the store keeps (`CanonicalCrop.pixels` square, its side
  /// `CanonicalCrop.side` eye–mouth distances, not turned).
  ///
  /// - Parameter landmarks: in the canonical crop's pixels; without them a model that wants upright crops gets one that
  ///   is not turned.
  public func input(fromCanonicalCrop crop: Image, landmarks: Landmarks? = nil) -> FaceViews {
    let frame = landmarks.map(metadata.input.frame) ?? CanonicalCrop.frame(pixels: crop.width)
    return metadata.input.views(crop, frame)
  }

  /// What the model takes straight out of a photograph.
  ///
  /// - Parameters:
  ///   - landmarks: in the photograph's pixels, where the detector found them.
  ///   - frame: by which it is cut otherwise.
  public func input(from photo: Image, landmarks: Landmarks?, frame: FaceFrame) -> FaceViews {
    metadata.input.views(photo, landmarks.map(metadata.input.frame) ?? frame)
  }
}
