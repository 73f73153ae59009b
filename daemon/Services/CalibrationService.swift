import FaceAPI
import FaceEngine
import FaceTypes
import GRPCCore
import SwiftProtobuf

struct CalibrationService: Faced_V1_CalibrationService.SimpleServiceProtocol {
  let engine: FaceEngine

  func calibrateGallery(
    request: Faced_V1_CalibrateGalleryRequest, context: ServerContext
  ) async throws -> Faced_V1_CalibrateGalleryResponse {
    try await answering {
      let gallery = try inField("gallery", try ResourceName.parseGallery(request.gallery))
      let report = try await engine.calibrate(
        gallery, falsePositiveRate: request.hasFalsePositiveRate ? request.falsePositiveRate : nil)
      return .with {
        $0.calibration = .init(report.calibration, of: gallery, engine.activeModel)
        $0.falsePositiveRate = report.rate
        $0.threshold = Double(report.threshold)
        $0.modelThreshold = Double(report.modelThreshold)
        $0.lowestSupportedRate = report.lowestSupportedRate
        $0.observedRate = report.observedRate
        $0.recognisedRate = report.recognisedRate
        $0.duplicateCount = Int64(report.duplicates)
      }
    }
  }

  func getGalleryCalibration(
    request: Faced_V1_GetGalleryCalibrationRequest, context: ServerContext
  ) async throws -> Faced_V1_GalleryCalibration {
    try await answering {
      let gallery = try inField("gallery", try ResourceName.parseGallery(request.gallery))
      guard let calibration = try engine.calibration(gallery) else {
        throw Failure(
          code: .notFound, reason: .notCalibrated,
          message:
            "gallery '\(gallery)' has no calibration of its own under the active model; decisions use the model's")
      }
      return .init(calibration, of: gallery, engine.activeModel)
    }
  }

  func dropGalleryCalibration(
    request: Faced_V1_DropGalleryCalibrationRequest, context: ServerContext
  ) async throws -> Google_Protobuf_Empty {
    try await answering {
      try await engine.dropCalibration(try inField("gallery", try ResourceName.parseGallery(request.gallery)))
      return .init()
    }
  }

  func estimateThresholds(
    request: Faced_V1_EstimateThresholdsRequest, context: ServerContext
  ) async throws -> Faced_V1_EstimateThresholdsResponse {
    try await answering {
      let gallery = try inField("gallery", try ResourceName.parseGallery(request.gallery))
      return .init(try await engine.estimateThresholds(gallery, rates: request.falsePositiveRates))
    }
  }
}

extension Faced_V1_EstimateThresholdsResponse {
  init(_ answer: ThresholdEstimates) {
    self.init()
    estimates = answer.estimates.map { estimate in
      .with {
        $0.falsePositiveRate = estimate.rate
        $0.threshold = Double(estimate.threshold)
        $0.expectedFalsePositiveRate = estimate.expectedRate
        if let accepted = estimate.strangersAccepted { $0.strangersAccepted = accepted }
        if let missed = estimate.knownMissed { $0.knownMissed = missed }
      }
    }
    identityCount = Int64(answer.identities)
    faceCount = Int64(answer.faces)
    knownIdentityCount = Int64(answer.knownIdentities)
    (source, measuredOn) = answer.source.message
    lowestSupportedRate = answer.lowestSupportedRate
  }
}

extension Faced_V1_GalleryCalibration {
  init(_ calibration: GalleryCalibration, of gallery: GalleryID, _ model: ModelID) {
    self.init()
    self.gallery = ResourceName.gallery(gallery)
    self.model = ResourceName.model(model)
    createTime = .init(milliseconds: calibration.createdAt)
    identityCount = Int64(calibration.identities)
    faceCount = Int64(calibration.faces)
    comparisonCount = Int64(calibration.comparisons)
  }
}
