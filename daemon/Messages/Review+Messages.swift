import FaceAPI
import FaceEngine
import FaceStore
import FaceTypes

// What a review looks for and finds.

extension ReviewRequest {
  init(_ message: Faced_V1_CheckGalleryRequest) throws {
    self.init(gallery: try inField("gallery", try ResourceName.parseGallery(message.gallery)))
    if !message.kinds.isEmpty { kinds = Set(try message.kinds.map { try $0.kind }) }
    guard message.minimumFaces >= 0 else {
      throw Failure.invalidArgument("minimum_faces cannot be negative", field: "minimum_faces")
    }
    if message.minimumFaces > 0 { minimumFaces = Int(message.minimumFaces) }
    if message.hasFalsePositiveRate { falsePositiveRate = message.falsePositiveRate }
  }
}

extension Faced_V1_GalleryFinding.Kind {
  fileprivate var kind: ReviewFinding.Kind {
    get throws {
      switch self {
      case .duplicate: .duplicate
      case .mislabelled: .mislabelled
      case .outlier: .outlier
      case .fewFaces: .fewFaces
      case .poorFaces: .poorFaces
      case .unspecified, .UNRECOGNIZED:
        throw Failure.invalidArgument("there is no kind of finding \(rawValue)", field: "kinds")
      }
    }
  }

  fileprivate init(_ kind: ReviewFinding.Kind) {
    self =
      switch kind {
      case .duplicate: .duplicate
      case .mislabelled: .mislabelled
      case .outlier: .outlier
      case .fewFaces: .fewFaces
      case .poorFaces: .poorFaces
      }
  }
}

extension Faced_V1_GalleryFinding {
  init(_ finding: ReviewFinding) {
    self.init()
    kind = .init(finding.kind)
    identity = .init(finding.identity)
    if let other = finding.other { self.other = .init(other) }
    if let face = finding.face { self.face = ResourceName.face(face, in: finding.identity.gallery) }
    if let distance = finding.distance { self.distance = Double(distance) }
    if let distance = finding.ownDistance { ownDistance = Double(distance) }
    if let threshold = finding.threshold { self.threshold = Double(threshold) }
    if let quality = finding.quality { self.quality = quality }
  }
}
