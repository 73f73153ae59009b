import ArgumentParser
import FaceAPI
import Foundation

/// Something in a gallery that somebody should look at, as it is printed.
struct ReviewOutput: Encodable {
  enum Kind: String, ExpressibleByArgument, CaseIterable, Encodable, Sendable {
    case duplicate, mislabelled, outlier, fewFaces = "few-faces", poorFaces = "poor-faces"

    var message: Faced_V1_GalleryFinding.Kind {
      switch self {
      case .duplicate: .duplicate
      case .mislabelled: .mislabelled
      case .outlier: .outlier
      case .fewFaces: .fewFaces
      case .poorFaces: .poorFaces
      }
    }
  }

  /// Nil for one that this program does not know.
  let kind: Kind?
  let identity: String
  let identityName: String
  let faces: Int64
  /// Whom the identity, or its face, looks like.
  let other: String?
  let otherName: String?
  let face: String?
  let distance: Double?
  let ownDistance: Double?
  let threshold: Double?
  let quality: Double?
  /// What to look at and what to do.
  let advice: String

  private enum CodingKeys: String, CodingKey {
    case kind, identity, identityName = "identity_name", faces, other, otherName = "other_name", face, distance
    case ownDistance = "own_distance", threshold, quality, advice
  }

  init(_ finding: Faced_V1_GalleryFinding) {
    kind = Kind.allCases.first { $0.message == finding.kind }
    identity = finding.identity.displayName
    identityName = finding.identity.name
    faces = finding.identity.faceCount
    other = finding.hasOther ? finding.other.displayName : nil
    otherName = finding.hasOther ? finding.other.name : nil
    face = finding.face.isEmpty ? nil : finding.face
    distance = finding.hasDistance ? finding.distance : nil
    ownDistance = finding.hasOwnDistance ? finding.ownDistance : nil
    threshold = finding.hasThreshold ? finding.threshold : nil
    quality = finding.hasQuality ? finding.quality : nil
    advice = Self.advice(kind, finding)
  }

  private static func advice(_ kind: Kind?, _ finding: Faced_V1_GalleryFinding) -> String {
    let (number, other) = ("#" + finding.identity.name.lastSegment, "#" + finding.other.name.lastSegment)
    let face = finding.face.lastSegment
    return switch kind {
    case .duplicate:
      "one person? `facectl identity merge '\(number)' '\(other)'`; if not, `facectl identity apart '\(number)' '\(other)'`"
    case .mislabelled: "whose face is it? `facectl identity move '\(other)' \(face)`"
    case .outlier: "is it the same person? if not, `facectl face delete \(face)` removes it"
    case .fewFaces: "enroll \(finding.identity.faceCount == 0 ? "a photograph" : "another photograph")"
    case .poorFaces: "enroll a better photograph"
    case nil: ""
    }
  }

  static func printTable(_ findings: [ReviewOutput]) {
    guard !findings.isEmpty else { return Terminal.print("nothing was found") }
    Terminal.printTable(
      ["FINDING", "IDENTITY", "OTHER", "FACE", "DISTANCE", "WHAT TO DO"],
      findings.map { finding in
        [
          finding.kind?.rawValue ?? "unknown", finding.identity, finding.other ?? "", finding.face?.lastSegment ?? "",
          (finding.distance ?? finding.ownDistance).map { String(format: "%.2f", $0) } ?? "", finding.advice,
        ]
      })
  }
}
