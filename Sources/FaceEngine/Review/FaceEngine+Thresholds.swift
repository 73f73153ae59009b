internal import FaceNet
public import FaceTypes
internal import Foundation

/// What one false positive rate means in a gallery.
public struct ThresholdEstimate: Sendable {
  /// The rate that was asked about, and the squared distance of a search with it.
  public let rate: Double
  /// The squared L2 distance, 0 to 4, up to which a face is accepted at that rate.
  public let threshold: Float
  /// The FPIR that the calibration expects there.
  public let expectedRate: Double
  /// Of the faces, each searched among all but its own person: the share within the threshold of somebody; nil for fewer than
  /// two people.
  public let strangersAccepted: Double?
  /// Of the faces of people with others: the share that their own person's other faces do not recognise; nil where nobody has
  /// others.
  public let knownMissed: Double?
}

/// What several rates mean in a gallery, and what that was measured on.
public struct ThresholdEstimates: Sendable {
  /// One for each rate that was asked for, in that order.
  public let estimates: [ThresholdEstimate]
  /// Identities that were compared; an even part where a gallery is large.
  public let identities: Int
  /// Faces of those identities.
  public let faces: Int
  /// Identities with two faces or more.
  public let knownIdentities: Int
  /// Whose calibration the thresholds are from: the model's or the gallery's own.
  public let source: CalibrationSource
  /// The lowest false positive rate that the calibration supports at this size.
  public let lowestSupportedRate: Double
}

extension FaceEngine {
  /// Rates of one question, at most.
  private static let mostRates = 100
  /// Ten a decade from 0.0001 to 0.1.
  private static let usualRates = (0...30).map { pow(10, Double($0) / 10 - 4) }

  /// What each of some false positive rates would mean in a gallery, by its calibration and by its own faces.
  ///
  /// - Parameters:
  ///   - gallery: whose faces are counted.
  ///   - rates: in (0, 1); none means ten a decade from 0.0001 to 0.1.
  /// - Throws: `GALLERY_NOT_FOUND`, `INVALID_ARGUMENT`.
  public func estimateThresholds(_ gallery: GalleryID, rates: [Double]) async throws -> ThresholdEstimates {
    guard rates.count <= Self.mostRates, rates.allSatisfy({ $0 > 0 && $0 < 1 }) else {
      throw EngineError(
        .invalidArgument, .invalidArgument,
        "give at most \(Self.mostRates) false positive rates, each between 0 and 1", field: "false_positive_rates")
    }
    _ = try requireGallery(gallery)
    let model = currentView().active
    let index = model.index(of: gallery)
    let (table, source) = try searchCalibration(gallery, model)
    let templates = index.templates
    let measured = try await measure(index, model)
    let rules = (rates.isEmpty ? Self.usualRates : rates).map { rate in
      (rate: rate, rule: DecisionRule(table, .falsePositiveRate(rate), templates))
    }
    return ThresholdEstimates(
      estimates: rules.map { rate, rule in
        ThresholdEstimate(
          rate: rate, threshold: rule.threshold, expectedRate: rule.expectedRate,
          strangersAccepted: measured.identities > 1 ? measured.nearest.share(within: rule.threshold) : nil,
          knownMissed: measured.own.weight > 0 ? 1 - measured.own.share(within: rule.threshold) : nil)
      },
      identities: measured.identities, faces: measured.faces,
      // Everybody who has others weighs 1.
      knownIdentities: Int(measured.own.weight.rounded()), source: source,
      lowestSupportedRate: rules[0].rule.lowestSupportedRate)
  }
}
