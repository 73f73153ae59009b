import FaceAPI
import Foundation

/// What a decision rests on, as `--json` prints it.
struct BasisOutput: Encodable, Sendable {
  /// The FPIR asked for; absent where a distance was given as the threshold.
  let askedFalsePositiveRate: Double?
  let expectedFalsePositiveRate: Double
  let identitiesCompared: Int64
  /// From the first candidate to the second; absent where there are not two.
  let margin: Double?
  let ambiguityMargin: Double
  /// SUPPORTED or CALIBRATION_UNSUPPORTED.
  let calibration: String
  let lowestSupportedRate: Double
  /// MODEL or GALLERY: whose calibration it is.
  let calibrationSource: String
  let measuredOn: String

  init(_ basis: Faced_V1_DecisionBasis) {
    askedFalsePositiveRate = basis.hasAskedFalsePositiveRate ? basis.askedFalsePositiveRate : nil
    expectedFalsePositiveRate = basis.expectedFalsePositiveRate
    identitiesCompared = basis.identitiesCompared
    margin = basis.hasMargin ? basis.margin : nil
    ambiguityMargin = basis.ambiguityMargin
    calibration = basis.calibration == .calibrationUnsupported ? "CALIBRATION_UNSUPPORTED" : "SUPPORTED"
    lowestSupportedRate = basis.lowestSupportedRate
    calibrationSource = basis.source == .gallery ? "GALLERY" : "MODEL"
    measuredOn = basis.measuredOn
  }

  /// What a person should know before acting on the decision; nil where there is nothing.
  var warning: String? {
    guard calibration == "CALIBRATION_UNSUPPORTED", let asked = askedFalsePositiveRate else { return nil }
    return
      "a false positive rate of \(asked) is below what the \(calibrationSource.lowercased())'s calibration supports for \(identitiesCompared) "
      + "identities; expect up to \(String(format: "%.2g", lowestSupportedRate)) (CALIBRATION_UNSUPPORTED)"
  }

  private enum CodingKeys: String, CodingKey {
    case askedFalsePositiveRate = "asked_false_positive_rate"
    case expectedFalsePositiveRate = "expected_false_positive_rate"
    case identitiesCompared = "identities_compared"
    case margin
    case ambiguityMargin = "ambiguity_margin"
    case calibration
    case lowestSupportedRate = "lowest_supported_rate"
    case calibrationSource = "calibration_source"
    case measuredOn = "measured_on"
  }
}
