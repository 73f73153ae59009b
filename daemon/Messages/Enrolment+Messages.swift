import FaceAPI
import FaceEngine
import FaceStore
import FaceTypes
import SwiftProtobuf

// Enrolments, what speaks against them, and what a gallery makes of that.

extension Faced_V1_EnrollResponse {
  init(_ result: EnrollResult) {
    self.init()
    identity = .init(result.identity)
    faces = result.faces.map(Faced_V1_Face.init)
    identityCreated = result.createdIdentity
    replayed = result.replayed
    alreadyEnrolled = result.alreadyEnrolled
    warnings = result.warnings.map(Faced_V1_PhotoWarning.init)
    findings = result.findings.map(Faced_V1_EnrolmentFinding.init)
  }

  /// - Parameter reference: whom the request named.
  init(_ preview: EnrollPreview, _ reference: IdentityReference) {
    self.init()
    dryRun = true
    if let known = preview.identity {
      identity = .init(known)
    } else if case .named(let name) = reference {
      identity.displayName = name.text
    }
    identityCreated = preview.identity == nil
    alreadyEnrolled = preview.alreadyEnrolled
    faces = preview.faces.map { face in
      .with {
        $0.box = .init(face.box)
        $0.detectionScore = face.score
        $0.quality = face.quality.overall
      }
    }
    // A vector has no place in a photograph.
    if faces.isEmpty { faces = [.init()] }
    warnings = preview.warnings.map(Faced_V1_PhotoWarning.init)
    findings = preview.findings.map(Faced_V1_EnrolmentFinding.init)
  }
}

extension Faced_V1_EnrolmentFinding {
  init(_ finding: EnrolmentFinding) {
    self.init()
    reason = finding.kind.reason.rawValue
    message = finding.message
    if let other = finding.identity {
      identity = ResourceName.identity(other.id, in: other.gallery)
      displayName = other.name.text
      if let face = finding.face { self.face = ResourceName.face(face, in: other.gallery) }
    }
    if let distance = finding.distance { self.distance = Double(distance) }
  }
}

extension Faced_V1_EnrolmentPolicy {
  init(_ policy: EnrolmentPolicy) {
    self =
      switch policy {
      case .allow: .allow
      case .warn: .warn
      case .refuse: .refuse
      }
  }

  /// Nil where the message says none.
  /// - Throws: for a number that stands for none.
  var policy: EnrolmentPolicy? {
    get throws {
      switch self {
      case .unspecified: nil
      case .allow: .allow
      case .warn: .warn
      case .refuse: .refuse
      case .UNRECOGNIZED(let number):
        throw Failure.invalidArgument(
          "there is no enrolment policy \(number): use ALLOW, WARN or REFUSE", field: "enrolment_policy")
      }
    }
  }
}
