internal import FaceNet
internal import FaceStore
public import FaceTypes
internal import VectorIndex

/// Faces to group by person.
public struct ClusterRequest: Sendable {
  public enum Faces: Sendable {
    /// Rows of unit vectors that the model made.
    case vectors([[Float]], ModelID)
    case gallery(GalleryID)
  }

  public var faces: Faces
  /// The mean squared distance up to which two groups are one; nil means that the calibration says it.
  public var threshold: Double?

  /// Faces in one call at most.
  public static let faceLimit = 200_000

  public init(_ faces: Faces, threshold: Double? = nil) {
    self.faces = faces
    self.threshold = threshold
  }
}

public struct ClusterResult: Sendable {
  /// Row numbers of each group's members; largest group first. Every group has two or more.
  public let groups: [[Int]]
  /// Rows that are like no other.
  public let ungrouped: [Int]
  /// The face of each row, where a gallery was grouped.
  public let faces: [FaceID]
}

extension FaceEngine {
  /// The share of pairs of different people that lie within the default threshold.
  static let clusterRate = 1e-3

  /// - Throws: `MODEL_MISMATCH`, `INVALID_VECTOR`, `TOO_MANY_FACES`, `GALLERY_NOT_FOUND`, `BUSY`.
  public func cluster(_ request: ClusterRequest) async throws(EngineError) -> ClusterResult {
    let model = currentView().active
    let limit = Float(request.threshold ?? Double(model.calibration.threshold(falseAcceptRate: Self.clusterRate)))
    guard limit > 0, limit < 4 else {
      throw EngineError(
        .invalidArgument, "INVALID_ARGUMENT", "a clustering threshold lies between 0 and 4", field: "threshold")
    }
    return try await pool.run { [self] () throws(EngineError) in
      let (values, faces) = try rows(request.faces, model)
      guard !values.isEmpty else { return ClusterResult(groups: [], ungrouped: [], faces: []) }
      let graph: FaceGraph
      do throws(IndexError) {
        graph = try FaceGraph(values, dimension: model.dimension, within: min(4, limit + 0.3))
      } catch {
        throw EngineError(error)
      }
      var linkage = AverageLinkage(values, dimension: model.dimension, graph: graph, limit: limit)
      let groups = linkage.run()
      return ClusterResult(
        groups: groups.filter { $0.count > 1 }, ungrouped: groups.filter { $0.count == 1 }.map { $0[0] }.sorted(),
        faces: faces)
    }
  }

  private func rows(
    _ faces: ClusterRequest.Faces, _ model: ServingModel
  ) throws(EngineError) -> (values: [Float], faces: [FaceID]) {
    var values: [Float] = []
    switch faces {
    case .vectors(let vectors, let id):
      try require(id, model)
      try Self.checkFaceCount(vectors.count)
      for vector in vectors { values += try Embedding(from: vector, dimension: model.dimension).values }
      return (values, [])
    case .gallery(let gallery):
      try Self.checkFaceCount(Int(try requireGallery(gallery).faceCount))
      var known: [FaceID] = []
      do {
        try store.forEachEmbedding(gallery, model: model.id, orElse: model.stand) { face, _, vector in
          known.append(face)
          for component in vector.indices { values.append(vector[component]) }
        }
      } catch let error as StoreError {
        throw EngineError(error)
      } catch {
        throw EngineError(.internal, "STORE_FAILED", "the store could not be read")
      }
      return (values, known)
    }
  }

  private static func checkFaceCount(_ count: Int) throws(EngineError) {
    guard count <= ClusterRequest.faceLimit else {
      throw EngineError(
        .invalidArgument, "TOO_MANY_FACES",
        "\(count) faces are more than the \(ClusterRequest.faceLimit) that are grouped at once; group a part of them")
    }
  }
}
