internal import FaceNet
internal import FaceTypes

extension FaceEngine {
  /// Templates and comparisons of one measurement, at most; of larger galleries an even part is taken.
  private static let (mostTemplates, mostComparisons) = (50_000, 100_000_000)
  /// Faces that one piece of work compares.
  private static let calibrationStep = 64

  /// Everybody's faces against everybody's templates, in pieces on the worker pool.
  func measure(_ index: any FaceIndex, _ model: ServingModel) async throws -> GalleryMeasurement {
    let faces = Dictionary(grouping: index.identities.keys.sorted()) { index.owner(of: $0) ?? IdentityID(0) }
    let people = faces.keys.filter { $0 != IdentityID(0) }.sorted()
    let step = max(1, (people.count + Self.mostTemplates - 1) / Self.mostTemplates)
    let chosen = people.enumerated().filter { $0.offset % step == 0 }.compactMap { _, identity in
      index.template(of: identity)?.direction.map { (identity: identity, direction: $0) }
    }
    let matrix = TemplateMatrix(chosen, dimension: model.dimension)
    var measured = GalleryMeasurement()
    guard !chosen.isEmpty else { return measured }
    // Of everybody as many faces as the comparisons allow, one at least.
    let each = max(1, Self.mostComparisons / chosen.count / max(1, people.count))
    let probes = people.flatMap { identity in
      let own = (faces[identity] ?? []).prefix(each)
      return own.map { GalleryMeasurement.Probe(face: $0, identity: identity, weight: 1 / Double(own.count)) }
    }
    measured.identities = people.count
    for start in stride(from: 0, to: probes.count, by: Self.calibrationStep) {
      let some = Array(probes[start..<min(start + Self.calibrationStep, probes.count)])
      measured = try await pool.runWhenFree { [measured] () throws(EngineError) in
        var next = measured
        for probe in some {
          try CancellationFlag.check()
          next.add(probe, index, matrix)
        }
        return next
      }
    }
    return measured
  }
}

/// What was measured of a gallery so far.
struct GalleryMeasurement: Sendable {
  struct Probe: Sendable {
    let face: FaceID
    let identity: IdentityID
    /// Everybody counts as one, however many faces they have.
    let weight: Double
  }

  var identities = 0
  var faces = 0
  /// From a face to every other person's template.
  var histogram = DistanceHistogram()
  /// To the nearest of them.
  var nearest = DistanceHistogram()
  /// To the template of its own person's other faces.
  var own = DistanceHistogram()

  mutating func add(_ probe: Probe, _ index: any FaceIndex, _ matrix: TemplateMatrix) {
    guard let face = index.embedding(of: probe.face) else { return }
    faces += 1
    var near: Float = 4
    for (identity, distance) in zip(matrix.identities, matrix.distances(to: face)) where identity != probe.identity {
      histogram.add(distance, weight: probe.weight)
      near = min(near, distance)
    }
    nearest.add(near, weight: probe.weight)
    guard var others = index.template(of: probe.identity), others.count > 1 else { return }
    others.remove(face.values)
    if let distance = others.squaredDistance(to: face) { own.add(distance, weight: probe.weight) }
  }

  /// Nil where nothing can be said. The templates are those of the gallery, whatever their number of faces.
  var search: SearchCalibration? {
    let points = histogram.points()
    return points.isEmpty ? nil : try? SearchCalibration(tables: [.init(faces: 1, points: points)])
  }
}
