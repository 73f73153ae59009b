internal import FaceNet
internal import FaceStore
public import FaceTypes
internal import Foundation

/// What calibrating a gallery on its own people came to.
public struct CalibrationReport: Sendable {
  public let calibration: GalleryCalibration
  /// The rate that it was asked to support, and the distance for it at the gallery's size; and the model's own distance.
  public let rate: Double
  public let threshold: Float
  public let modelThreshold: Float
  /// The lowest rate that it supports at the gallery's size.
  public let lowestSupportedRate: Double
  /// Of the faces, each searched among all but its own person: the share that is within the threshold of somebody.
  public let observedRate: Double
  /// Of the faces of people with others: the share that its own person's other faces recognise within the threshold.
  public let recognisedRate: Double
  /// Pairs of identities that look like one person: each counted as strangers, so that the threshold is stricter.
  public let duplicates: Int
}

extension FaceEngine {
  /// Templates and comparisons of one calibration, at most; of larger galleries an even part is taken.
  private static let (mostTemplates, mostComparisons) = (50_000, 100_000_000)
  /// Faces that one piece of work compares.
  private static let calibrationStep = 64
  /// With fewer people nothing is measured.
  private static let leastPeople = 20

  /// Measures how near the faces of a gallery lie to the templates of other people in it, and keeps that for its decisions.
  ///
  /// Every identity is a stranger to all others, which holds as far as nobody is enrolled twice.
  ///
  /// - Parameter rate: the FPIR that must be supported; nil means the daemon's own.
  /// - Throws: `TOO_FEW_PEOPLE` where the gallery's people cannot support it; `GALLERY_NOT_FOUND`, `INVALID_ARGUMENT`.
  public func calibrate(_ gallery: GalleryID, falsePositiveRate: Double?) async throws -> CalibrationReport {
    let rate = falsePositiveRate ?? options.falsePositiveRate
    guard rate > 0, rate < 1 else {
      throw EngineError(
        .invalidArgument, .invalidArgument, "a false positive rate lies between 0 and 1", field: "false_positive_rate"
      )
    }
    _ = try requireGallery(gallery)
    let model = currentView().active
    let index = model.index(of: gallery)
    let counter = DuplicateCounter()
    var request = ReviewRequest(gallery: gallery)
    (request.kinds, request.falsePositiveRate) = ([.duplicate], rate)
    try await review(request) { _ in await counter.add() }
    let measured = try await measure(index, model)
    let templates = index.templates
    guard templates.total >= Self.leastPeople, let search = measured.search else {
      throw Self.tooFew(gallery, measured, nil, rate)
    }
    let rule = DecisionRule(search, .falsePositiveRate(rate), templates)
    guard rule.isSupported else { throw Self.tooFew(gallery, measured, rule.lowestSupportedRate, rate) }
    let calibration = GalleryCalibration(
      search: search, identities: measured.identities, faces: measured.faces, comparisons: measured.histogram.count,
      createdAt: Int64(Date().timeIntervalSince1970 * 1000))
    try await keep(calibration, of: gallery, model)
    return CalibrationReport(
      calibration: calibration, rate: rate, threshold: rule.threshold,
      modelThreshold: DecisionRule(model.calibration.search, .falsePositiveRate(rate), templates).threshold,
      lowestSupportedRate: rule.lowestSupportedRate, observedRate: measured.nearest.share(within: rule.threshold),
      recognisedRate: measured.own.share(within: rule.threshold), duplicates: await counter.count)
  }

  private static func tooFew(
    _ gallery: GalleryID, _ measured: GalleryMeasurement, _ supported: Double?, _ rate: Double
  ) -> EngineError {
    let what = "gallery '\(gallery)' has \(measured.identities) identities with \(measured.faces) faces"
    guard let supported else {
      return EngineError(
        .failedPrecondition, .tooFewPeople,
        "\(what): too few to say anything of their own; \(leastPeople) is the least, and about \(Int((10 / rate).rounded())) "
          + "faces of different people support a false positive rate of \(rate)")
    }
    let rounded = (supported * 1000).rounded(.up) / 1000
    return EngineError(
      .failedPrecondition, .tooFewPeople,
      "\(what), which support a false positive rate of \(rounded) and none below; enroll more people, or ask for "
        + "--false-positive-rate \(rounded)")
  }

  private func measure(_ index: GalleryIndex, _ model: ServingModel) async throws -> GalleryMeasurement {
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
      measured = try await whenFree { [measured] () throws(EngineError) in
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

private actor DuplicateCounter {
  private(set) var count = 0
  func add() { count += 1 }
}

/// What was measured of a gallery so far.
private struct GalleryMeasurement: Sendable {
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

  mutating func add(_ probe: Probe, _ index: GalleryIndex, _ matrix: TemplateMatrix) {
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
