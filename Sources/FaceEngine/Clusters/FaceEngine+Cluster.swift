internal import FaceNet
internal import FaceStore
public import FaceTypes
internal import VectorIndex

/// Faces to group by person.
public struct ClusterRequest: Sendable {
  /// Where the faces to group come from.
  public enum Faces: Sendable {
    /// Rows of unit vectors that the model made.
    case vectors([[Float]], ModelID)
    case gallery(GalleryID)
  }

  /// At most `faceLimit` of them.
  public var faces: Faces
  /// The mean squared distance up to which two groups are one; nil means that the calibration says it.
  public var threshold: Double?

  /// Faces in one call at most.
  public static let faceLimit = 200_000

  /// Groups faces at the calibration's own threshold unless one is given.
  public init(_ faces: Faces, threshold: Double? = nil) {
    self.faces = faces
    self.threshold = threshold
  }
}

/// Who belongs together, as row numbers of the faces that were grouped.
public struct ClusterResult: Sendable {
  /// Row numbers of each group's members; largest group first. Every group has two or more.
  public let groups: [[Int]]
  /// Rows that are like no other.
  public let ungrouped: [Int]
  /// The face of each row, where a gallery was grouped.
  public let faces: [FaceID]
}

extension FaceEngine {
  /// The shares of pairs of different people that lie within the default limits, for single faces and for large groups.
  /// Chosen on validation identities among 10,000 others (`benchmarks/peers/clusters.py`).
  static let clusterRates = (single: 2e-4, large: 8e-3)

  /// - Throws: `MODEL_MISMATCH`, `INVALID_VECTOR`, `TOO_MANY_FACES`, `GALLERY_NOT_FOUND`.
  public func cluster(_ request: ClusterRequest) async throws(EngineError) -> ClusterResult {
    let model = currentView().active
    let limit: JoiningLimit
    if let threshold = request.threshold {
      limit = JoiningLimit(single: Float(threshold), large: Float(threshold))
    } else {
      limit = JoiningLimit(
        single: model.calibration.threshold(falseAcceptRate: Self.clusterRates.single),
        large: model.calibration.threshold(falseAcceptRate: Self.clusterRates.large))
    }
    guard limit.single > 0, limit.large < 4 else {
      throw EngineError(
        .invalidArgument, .invalidArgument, "a clustering threshold must be between 0 and 4", field: "threshold")
    }
    let (values, faces) = try await pool.runWhenFree { [self] () throws(EngineError) in try rows(request.faces, model) }
    guard !values.isEmpty else { return ClusterResult(groups: [], ungrouped: [], faces: []) }
    let near: [FaceGraph.Edge]
    if case .gallery(let gallery) = request.faces, let lists = (model.index(of: gallery) as? GalleryIndex)?.lists {
      near = try await edges(FaceGraph(values, ids: faces.map(\.value), in: lists))
    } else {
      near = try await edges(try await trained(values, model.dimension))
    }
    let first = try await pool.runWhenFree { () throws(EngineError) in
      var linkage = AverageLinkage(values, dimension: model.dimension, limit: limit)
      linkage.join(near)
      return linkage
    }
    // Groups whose faces are nobody's nearest to one another may still be near as wholes.
    let (places, directions) = try await pool.runWhenFree { () throws(EngineError) in first.directions() }
    let second = places.isEmpty ? [] : try await edges(try await trained(directions, model.dimension))
    return try await pool.runWhenFree { () throws(EngineError) in
      var linkage = first
      linkage.join(
        second.map { edge in
          FaceGraph.Edge(
            a: places[Int(edge.a)], b: places[Int(edge.b)], squaredDistance: edge.squaredDistance)
        })
      let groups = linkage.groups()
      return ClusterResult(
        groups: groups.filter { $0.count > 1 }, ungrouped: groups.filter { $0.count == 1 }.map { $0[0] }.sorted(),
        faces: faces)
    }
  }

  /// Rows that one job searches: some ten milliseconds, so that photographs do not wait long behind it.
  private static let rowsOfAJob = 500

  private func trained(_ values: [Float], _ dimension: Int) async throws(EngineError) -> FaceGraph {
    let workers = options.workers
    return try await pool.runWhenFree { () throws(EngineError) in
      do throws(IndexError) {
        return try FaceGraph(values, dimension: dimension, threads: workers)
      } catch {
        throw EngineError(error)
      }
    }
  }

  /// Every worker takes a part of the rows at a time.
  private func edges(_ graph: FaceGraph) async throws(EngineError) -> [FaceGraph.Edge] {
    let workers = options.workers
    let starts = Array(stride(from: 0, to: graph.count, by: Self.rowsOfAJob))
    let parts = await withTaskGroup(of: (Int, Result<[FaceGraph.Edge], EngineError>).self) { group in
      var begun = 0
      var parts = [Result<[FaceGraph.Edge], EngineError>](repeating: .success([]), count: starts.count)
      func begin() {
        guard begun < starts.count else { return }
        let (part, rows) = (begun, starts[begun]..<min(starts[begun] + Self.rowsOfAJob, graph.count))
        begun += 1
        group.addTask { [self] in (part, await search(rows, graph)) }
      }
      for _ in 0..<workers { begin() }
      while let (part, edges) = await group.next() {
        parts[part] = edges
        begin()
      }
      return parts
    }
    var edges: [FaceGraph.Edge] = []
    for part in parts { edges += try part.get() }
    return edges
  }

  private func search(_ rows: Range<Int>, _ graph: FaceGraph) async -> Result<[FaceGraph.Edge], EngineError> {
    do throws(EngineError) {
      return .success(
        try await pool.runWhenFree { () throws(EngineError) in
          do throws(IndexError) { return try graph.edges(of: rows) } catch { throw EngineError(error) }
        })
    } catch {
      return .failure(error)
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
          unsafe vector.withUnsafeBufferPointer { unsafe values.append(contentsOf: $0) }
        }
      } catch let error as StoreError {
        throw EngineError(error)
      } catch {
        throw EngineError(.internal, .storeFailed, "the store could not be read")
      }
      return (values, known)
    }
  }

  private static func checkFaceCount(_ count: Int) throws(EngineError) {
    guard count <= ClusterRequest.faceLimit else {
      throw EngineError(
        .invalidArgument, .tooManyFaces,
        "\(count) faces are more than the \(ClusterRequest.faceLimit) that are grouped at once; group a part of them")
    }
  }
}
