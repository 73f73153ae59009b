import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf

struct GalleryThresholds: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "thresholds",
    abstract: "Show what strict and lenient thresholds would mean in a gallery, from its own faces.",
    discussion: """
      For each false positive rate: the threshold of a search with it, how many strangers are expected to be accepted, and what \
      the gallery's own faces say: how many are within the threshold of somebody else, and how many their own person's other \
      faces miss. Nothing is changed; `identify --false-positive-rate` asks with one.
      """)

  @OptionGroup var shared: SharedOptions
  @Argument(help: "The gallery.") var gallery = "default"
  @Option(help: "A rate between 0 and 1; may be given several times. [0.0001, 0.001, 0.01, 0.1]")
  var falsePositiveRate: [Double] = []

  private struct Output: Encodable {
    let falsePositiveRate: Double
    let threshold: Double
    let expected: Double
    let strangersAccepted: Double?
    let knownMissed: Double?

    private enum CodingKeys: String, CodingKey {
      case threshold, falsePositiveRate = "false_positive_rate", expected = "expected_false_positive_rate"
      case strangersAccepted = "strangers_accepted", knownMissed = "known_missed"
    }

    init(_ estimate: Faced_V1_ThresholdEstimate) {
      falsePositiveRate = estimate.falsePositiveRate
      threshold = estimate.threshold
      expected = estimate.expectedFalsePositiveRate
      strangersAccepted = estimate.hasStrangersAccepted ? estimate.strangersAccepted : nil
      knownMissed = estimate.hasKnownMissed ? estimate.knownMissed : nil
    }
  }

  func run() async throws {
    let rates = falsePositiveRate.isEmpty ? [0.0001, 0.001, 0.01, 0.1] : falsePositiveRate
    let answer = try await shared.withDaemon { [gallery] client in
      try await Faced_V1_CalibrationService.Client(wrapping: client).estimateThresholds(
        .with {
          $0.gallery = ResourceName.gallery(gallery)
          $0.falsePositiveRates = rates
        }, options: .deleting)
    }
    let output = answer.estimates.map(Output.init)
    if shared.json { return output.forEach(Terminal.printJSON) }
    func share(_ value: Double?) -> String { value.map { String(format: "%.2g %%", $0 * 100) } ?? "-" }
    Terminal.print(
      "\(answer.identityCount) identities with \(answer.faceCount) faces, \(answer.knownIdentityCount) of them with several; calibrated on "
        + answer.measuredOn)
    Terminal.printTable(
      ["STRANGERS WANTED", "THRESHOLD", "EXPECTED", "OWN STRANGERS", "KNOWN MISSED"],
      output.map {
        [
          share($0.falsePositiveRate), String(format: "%.3f", $0.threshold), share($0.expected),
          share($0.strangersAccepted), share($0.knownMissed),
        ]
      })
  }
}
