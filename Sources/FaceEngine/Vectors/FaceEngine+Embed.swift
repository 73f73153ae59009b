internal import FaceDetection
public import FaceTypes

/// A face of a photograph with its embedding.
public struct EmbeddedFace: Sendable {
  public let seen: DetectedFace
  public let embedding: Embedding
}

public struct EmbedResult: Sendable {
  /// Largest first.
  public let faces: [EmbeddedFace]
  public let model: ModelID
  public let warnings: [PhotoWarning]
}

extension FaceEngine {
  /// decode → detect → crop → embed. Nothing is searched or kept.
  ///
  /// - Throws: `NOT_AN_IMAGE`, `IMAGE_TOO_LARGE`, `IMAGE_DAMAGED`, `BUSY`; `NO_FACE` and `SEVERAL_FACES` unless the
  ///   selection is `.all`.
  public func embed(_ photo: [UInt8], _ selection: FaceSelection) async throws(EngineError) -> EmbedResult {
    let model = currentView().active
    return try await pool.run(bytes: photo.count) { [self] () throws(EngineError) in
      let photo = selection == .all ? try photos.everyFace(in: photo) : try photos.faces(in: photo, selection)
      guard !photo.faces.isEmpty else { return EmbedResult(faces: [], model: model.id, warnings: photo.warnings) }
      let embeddings = try embed(photo, model)
      return EmbedResult(
        faces: zip(photo.faces, embeddings).map { EmbeddedFace(seen: seen(of: $0, photo), embedding: $1) },
        model: model.id, warnings: photo.warnings)
    }
  }
}
