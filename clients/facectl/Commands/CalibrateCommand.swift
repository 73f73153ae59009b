import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf

struct CalibrateGallery: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate", abstract: "Measure from a gallery's own people how close strangers come to them.",
    discussion: """
      Everybody in the gallery is a stranger to all others. Decisions then go by what was measured, under the model that it \
      was measured with, instead of the model's own calibration. Look for people who are enrolled twice first: `facectl check \
      gallery --kind duplicate`.
      """)

  @OptionGroup var shared: SharedOptions
  @Argument(help: "The gallery.") var gallery = "default"
  @Option(help: "The false positive rate that must be supported, between 0 and 1; the daemon's default otherwise.")
  var falsePositiveRate: Double?
  @Flag(help: "Show the calibration that the gallery has.") var show = false
  @Flag(help: "Drop it: decisions use the model's calibration again.") var drop = false

  private struct Kept: Encodable {
    let gallery: String
    let model: String
    let created: String
    let identities: Int64
    let faces: Int64
    let comparisons: Int64

    init(_ calibration: Faced_V1_GalleryCalibration) {
      gallery = calibration.gallery.lastSegment
      model = calibration.model.lastSegment
      created = calibration.createTime.iso8601
      identities = calibration.identityCount
      faces = calibration.faceCount
      comparisons = calibration.comparisonCount
    }
  }

  private struct Output: Encodable {
    let calibration: Kept
    let falsePositiveRate: Double
    let threshold: Double
    let modelThreshold: Double
    let lowestSupportedRate: Double
    let observedRate: Double
    let recognisedRate: Double
    let duplicates: Int64

    private enum CodingKeys: String, CodingKey {
      case calibration, falsePositiveRate = "false_positive_rate", threshold, modelThreshold = "model_threshold"
      case lowestSupportedRate = "lowest_supported_rate", observedRate = "observed_rate"
      case recognisedRate = "recognised_rate", duplicates
    }
  }

  func validate() throws {
    if show, drop { throw ValidationError("give either --show or --drop") }
    if show || drop, falsePositiveRate != nil { throw ValidationError("--false-positive-rate is for calibrating") }
  }

  func run() async throws {
    let name = ResourceName.gallery(gallery)
    if drop {
      try await shared.withDaemon { client in
        _ = try await Faced_V1_CalibrationService.Client(wrapping: client).dropGalleryCalibration(
          .with { $0.gallery = name })
      }
      return shared.json
        ? Terminal.printJSON(["dropped": gallery])
        : Terminal.print("decisions in gallery \(gallery) use the model's calibration")
    }
    if show {
      let kept = try await shared.withDaemon { client in
        Kept(
          try await Faced_V1_CalibrationService.Client(wrapping: client).getGalleryCalibration(
            .with { $0.gallery = name }))
      }
      return shared.json
        ? Terminal.printJSON(kept)
        : Terminal.print(
          "calibrated \(kept.created) on \(kept.identities) identities, \(kept.faces) faces, \(kept.comparisons) comparisons"
        )
    }
    let request = Faced_V1_CalibrateGalleryRequest.with {
      $0.gallery = name
      if let falsePositiveRate { $0.falsePositiveRate = falsePositiveRate }
    }
    let answer = try await shared.withDaemon { client in
      try await Faced_V1_CalibrationService.Client(wrapping: client).calibrateGallery(request, options: .deleting)
    }
    let output = Output(
      calibration: Kept(answer.calibration), falsePositiveRate: answer.falsePositiveRate, threshold: answer.threshold,
      modelThreshold: answer.modelThreshold, lowestSupportedRate: answer.lowestSupportedRate,
      observedRate: answer.observedRate, recognisedRate: answer.recognisedRate, duplicates: answer.duplicateCount)
    shared.json ? Terminal.printJSON(output) : tell(output)
  }

  private func tell(_ output: Output) {
    func share(_ value: Double) -> String { String(format: "%.2g %%", value * 100) }
    Terminal.print(
      "measured on \(output.calibration.identities) identities with \(output.calibration.faces) faces; decisions now use it"
    )
    Terminal.print(
      "threshold for \(share(output.falsePositiveRate)) of strangers: \(String(format: "%.3f", output.threshold)), where the "
        + "model's calibration gives \(String(format: "%.3f", output.modelThreshold))")
    Terminal.print(
      "within it are \(share(output.observedRate)) of the faces for somebody else, and \(share(output.recognisedRate)) for "
        + "their own person; the lowest rate that is supported is \(share(output.lowestSupportedRate))")
    guard output.duplicates > 0 else { return }
    Terminal.print(
      "\(output.duplicates) pairs look like one person and count as strangers: settle them with `facectl check gallery`, then "
        + "calibrate again")
  }
}
