import FaceAPI
import FaceEngine
import FaceNet
import FaceStore
import FaceTypes
import Foundation
import SwiftProtobuf

// From the engine's records to the messages of the API.

extension Google_Protobuf_Timestamp {
  /// - Parameter milliseconds: since 1970 UTC.
  init(milliseconds: Int64) {
    self.init(seconds: milliseconds / 1000, nanos: Int32(milliseconds % 1000) * 1_000_000)
  }
}

extension Faced_V1_Gallery {
  init(_ record: GalleryRecord) {
    self.init()
    name = ResourceName.gallery(record.id)
    createTime = .init(milliseconds: record.createdAt)
    description_p = record.description
    discardsCrops = !record.keepsCrops
    enrolmentPolicy = .init(record.policy)
  }
}

extension Faced_V1_Identity {
  init(_ record: IdentityRecord) {
    self.init()
    name = ResourceName.identity(record.id, in: record.gallery)
    displayName = record.name.text
    createTime = .init(milliseconds: record.createdAt)
    faceCount = Int64(record.faceCount)
    labels = record.labels.values
  }
}

extension Faced_V1_Face {
  init(_ record: FaceRecord) {
    self.init()
    name = ResourceName.face(record.id, in: record.gallery)
    identity = ResourceName.identity(record.identity, in: record.gallery)
    createTime = .init(milliseconds: record.createdAt)
    source = record.source ?? ""
    if record.box != .none { box = .init(record.box) }
    detectionScore = record.score
    if let measured = record.quality { quality = measured }
  }
}

extension Faced_V1_Box {
  init(_ box: Box) {
    self.init()
    x = box.x
    y = box.y
    width = box.width
    height = box.height
  }
}

extension Faced_V1_Model {
  init(_ model: ModelDescription) {
    self.init()
    name = ResourceName.model(model.record.id)
    architecture = model.metadata?.architecture.name ?? ""
    problem = model.problem ?? ""
    label = model.record.label
    addTime = .init(milliseconds: model.record.addedAt)
    embeddingSize = Int32(model.record.embeddingSize)
    inputSize = Int32(model.metadata?.input.width ?? 0)
    active = model.isActive
    if let end = model.vectorsKeptUntil { vectorsKeptUntil = .init(milliseconds: end) }
    compatibleWith = model.metadata?.compatibleWith.map(ResourceName.model) ?? ""
    findings = model.findings
  }
}

extension Faced_V1_ReindexJob {
  init(_ progress: ReindexProgress) {
    self.init()
    let job = progress.job
    name = ResourceName.reindexJob(job.id.value)
    state =
      switch job.state {
      case .queued, .running, .cancelling: .running
      case .paused: .paused
      case .awaitingDecision: .awaitingDecision
      case .completed: .succeeded
      case .failed: .failed
      case .cancelled: .cancelled
      }
    fromModel = job.from.map(ResourceName.model) ?? ""
    toModel = ResourceName.model(job.to)
    totalFaces = Int64(job.total)
    doneFaces = Int64(job.present + job.done)
    reusedFaces = Int64(job.present)
    comparedFaces = Int64(job.compared)
    agreeingFaces = Int64(job.agreed)
    if let rate = progress.facesPerSecond, rate > 0 {
      facesPerSecond = rate
      remainingSeconds = max(0, Double(job.total) - Double(job.present + job.done + job.skipped)) / rate
    }
    skippedFaces = Int64(job.skipped)
    startTime = .init(milliseconds: job.createdAt)
    if let finishedAt = job.finishedAt { endTime = .init(milliseconds: finishedAt) }
    follows = job.follows
    message = job.message
  }
}

extension Faced_V1_IdentifyResponse {
  init(_ result: IdentifyResult, in gallery: GalleryID) {
    self.init()
    faces = result.faces.map { .init($0, in: gallery) }
    model = ResourceName.model(result.model)
    warnings = result.warnings.map(Faced_V1_PhotoWarning.init)
  }
}

extension Faced_V1_IdentifiedFace {
  init(_ face: IdentifiedFace, in gallery: GalleryID) {
    self.init()
    if let seen = face.seen {
      box = .init(seen.box)
      detectionScore = seen.score
      quality = .init(seen.quality)
    }
    decision = .init(face.decision)
    basis = .init(face.basis)
    candidates = face.candidates.map { candidate in
      .with {
        $0.identity = ResourceName.identity(candidate.identity.id, in: gallery)
        $0.displayName = candidate.identity.name.text
        $0.distance = Double(candidate.distance)
        $0.face = ResourceName.face(candidate.face, in: gallery)
      }
    }
    threshold = Double(face.threshold)
    searchMode =
      switch face.certainty {
      case .exact: .exact
      case .certified: .certified
      case .approximate: .approximate
      }
  }
}

extension Faced_V1_Decision {
  init(_ decision: DecisionOutcome) {
    self =
      switch decision {
      case .identified: .identified
      case .unknown: .unknown
      case .ambiguous: .ambiguous
      }
  }
}

extension Faced_V1_DecisionBasis {
  init(_ basis: DecisionBasis) {
    self.init()
    if let asked = basis.askedRate { askedFalsePositiveRate = asked }
    expectedFalsePositiveRate = basis.expectedRate
    identitiesCompared = Int64(basis.comparisons)
    if let margin = basis.margin { self.margin = Double(margin) }
    ambiguityMargin = Double(basis.ambiguityMargin)
    calibration = basis.isSupported ? .calibrationSupported : .calibrationUnsupported
    lowestSupportedRate = basis.lowestSupportedRate
    (source, measuredOn) = basis.source.message
  }
}

extension CalibrationSource {
  /// Whose it is, and what it was measured on, for people.
  var message: (source: Faced_V1_CalibrationSource, measuredOn: String) {
    switch self {
    case .model(let words): (.model, words)
    case .gallery(let own):
      (.gallery, "the gallery's own \(own.identities) identities and \(own.faces) faces")
    }
  }
}

extension Faced_V1_EmbedResponse {
  init(_ result: EmbedResult) {
    self.init()
    model = ResourceName.model(result.model)
    warnings = result.warnings.map(Faced_V1_PhotoWarning.init)
    faces = result.faces.map { face in
      .with {
        $0.box = .init(face.seen.box)
        $0.detectionScore = face.seen.score
        if let landmarks = face.seen.landmarks { $0.landmarks = .init(landmarks) }
        $0.quality = .init(face.seen.quality)
        $0.vector.values = face.embedding.values
      }
    }
  }
}

extension Faced_V1_DetectResponse {
  init(_ result: DetectResult) {
    self.init()
    width = Int32(clamping: result.width)
    height = Int32(clamping: result.height)
    warnings = result.warnings.map(Faced_V1_PhotoWarning.init)
    faces = result.faces.map { face in
      .with {
        $0.box = .init(face.box)
        $0.detectionScore = face.score
        if let landmarks = face.landmarks { $0.landmarks = .init(landmarks) }
        $0.quality = .init(face.quality)
      }
    }
  }
}

extension Faced_V1_PhotoWarning {
  init(_ warning: PhotoWarning) {
    self.init()
    reason = warning.reason
    message = warning.message
  }
}

extension Faced_V1_Landmarks {
  init(_ landmarks: Landmarks) {
    self.init()
    rightEye = .init(landmarks.rightEye)
    leftEye = .init(landmarks.leftEye)
    nose = .init(landmarks.nose)
    rightMouth = .init(landmarks.rightMouth)
    leftMouth = .init(landmarks.leftMouth)
  }
}

extension Faced_V1_Point {
  init(_ point: Point) {
    self.init()
    x = point.x
    y = point.y
  }
}

extension Faced_V1_FaceQuality {
  init(_ quality: FaceQuality) {
    self.init()
    overall = quality.overall
    size = quality.size
    sharpness = quality.sharpness
    brightness = quality.brightness
    confidence = quality.confidence
    if let pose = quality.pose { self.pose = pose }
    guard let angles = quality.angles else { return }
    yaw = angles.yaw * 180 / .pi
    pitch = angles.pitch * 180 / .pi
    roll = angles.roll * 180 / .pi
  }
}
