internal import FaceNet
internal import FaceStore
public import FaceTypes
internal import Foundation

/// What calibrating a gallery on its own people came to.
public struct CalibrationReport: Sendable {
  /// What was measured and is kept with the gallery.
  public let calibration: GalleryCalibration
  /// The rate that it was asked to support, and the distance for it at the gallery's size; and the model's own distance.
  public let rate: Double
  /// The greatest squared distance at which a face is identified, by the gallery's calibration.
  public let threshold: Float
  /// The same by the model's own calibration.
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
  /// With fewer people nothing is measured.
  private static let leastPeople = 20

  /// Measures how near the faces of a gallery lie to the templates of other people in it, and keeps that for its decisions.
  ///
  /// Every identity is a stranger to all others, which holds as far as nobody is enrolled twice.
  ///
  /// - Parameters:
  ///   - gallery: whose people are compared.
  ///   - falsePositiveRate: the FPIR that must be supported; nil means the daemon's own.
  /// - Throws: `TOO_FEW_PEOPLE` where the gallery's people cannot support it; `GALLERY_NOT_FOUND`, `INVALID_ARGUMENT`.
  public func calibrate(_ gallery: GalleryID, falsePositiveRate: Double?) async throws -> CalibrationReport {
    let rate = falsePositiveRate ?? options.falsePositiveRate
    guard rate > 0, rate < 1 else {
      throw EngineError(
        .invalidArgument, .invalidArgument, "a false positive rate must be between 0 and 1",
        field: "false_positive_rate"
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
        "\(what): too few to calibrate on; at least \(leastPeople) are needed, and about \(Int((10 / rate).rounded())) "
          + "faces of different people support a false positive rate of \(rate)")
    }
    let rounded = (supported * 1000).rounded(.up) / 1000
    return EngineError(
      .failedPrecondition, .tooFewPeople,
      "\(what), which support a false positive rate of \(rounded) and no lower one; enroll more people, or ask for "
        + "--false-positive-rate \(rounded)")
  }
}

private actor DuplicateCounter {
  private(set) var count = 0
  func add() { count += 1 }
}
