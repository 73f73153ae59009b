import FaceAPI
import FaceTypes
import SwiftProtobuf

/// What the messages of a call say that belongs into its notes.
enum MessageNotes {
  static func note(request: Any, in notes: CallNotes) {
    guard let message = request as? any Message else { return }
    notes.note { facts in
      switch message {
      case let enroll as Faced_V1_EnrollRequest: facts.photoBytes += enroll.photo.count
      case let identify as Faced_V1_IdentifyRequest:
        facts.photoBytes += identify.photo.count + identify.morePhotos.reduce(0) { $0 + $1.count }
      case let embed as Faced_V1_EmbedRequest: facts.photoBytes += embed.photo.count
      case let verify as Faced_V1_VerifyRequest: facts.photoBytes += verify.photo.count + verify.otherPhoto.count
      case let detect as Faced_V1_DetectRequest: facts.photoBytes += detect.photo.count
      default: break
      }
    }
    for name in NamedGalleries.names(in: message) { note(name, in: notes) }
  }

  static func note(answer: Any, in notes: CallNotes) {
    switch answer {
    case let enrolled as Faced_V1_EnrollResponse: note(enrolled, in: notes)
    case let item as Faced_V1_EnrollStreamResponse:
      switch item.result {
      case .enrolled(let enrolled):
        note(enrolled, in: notes)
        notes.note { $0.done += 1 }
      case .problem, nil: notes.note { $0.refused += 1 }
      }
    case let imported as Faced_V1_ImportFacesResponse:
      notes.note { facts in
        facts.done += Int(imported.addedCount + imported.knownCount)
        facts.refused += imported.problems.count
      }
    case let identified as Faced_V1_IdentifyResponse: note(identified, in: notes)
    case let item as Faced_V1_IdentifyStreamResponse:
      switch item.result {
      case .identified(let identified):
        note(identified, in: notes)
        notes.note { $0.done += 1 }
      case .problem, nil: notes.note { $0.refused += 1 }
      }
    case let verified as Faced_V1_VerifyResponse:
      notes.note { $0.decision = verified.verified ? "verified" : "not verified" }
    case let identity as Faced_V1_Identity: note(identity.name, in: notes)
    default: break
    }
  }

  /// What one answer of a stream says alone; nil for an answer of another kind.
  static func item(_ answer: Any, caller: String) -> StreamItem? {
    let notes = CallNotes(requestID: "")
    notes.note { $0.caller = caller }
    switch answer {
    case let item as Faced_V1_EnrollStreamResponse:
      if case .enrolled(let enrolled) = item.result { note(enrolled, in: notes) }
      return StreamItem(reason: item.problem.reason, facts: notes.read)
    case let item as Faced_V1_IdentifyStreamResponse:
      if case .identified(let identified) = item.result { note(identified, in: notes) }
      return StreamItem(reason: item.problem.reason, facts: notes.read)
    default: return nil
    }
  }

  private static func note(_ enrolled: Faced_V1_EnrollResponse, in notes: CallNotes) {
    note(enrolled.identity.name, in: notes)
    if enrolled.dryRun { return notes.note { $0.decision = "dry run" } }
    notes.note { $0.decision = enrolled.replayed || enrolled.alreadyEnrolled ? "enrolled before" : "enrolled" }
  }

  private static func note(_ answer: Faced_V1_IdentifyResponse, in notes: CallNotes) {
    notes.note { facts in
      facts.distances += answer.faces.compactMap { face in
        face.candidates.first.map { ($0.distance, face.decision == .identified) }
      }
    }
    let known = answer.faces.filter { $0.decision == .identified }
    for face in known { if let best = face.candidates.first { note(best.identity, in: notes) } }
    let isAmbiguous = answer.faces.contains { $0.decision == .ambiguous }
    notes.note { $0.decision = known.isEmpty ? isAmbiguous ? "ambiguous" : "unknown" : "identified" }
  }

  /// The gallery of a resource name, and the identity where it names one.
  private static func note(_ name: String, in notes: CallNotes) {
    if let (gallery, face) = try? ResourceName.parseFace(name) {
      notes.note { $0.gallery = gallery.name }
      notes.note(face: face.value)
      return
    }
    guard let (gallery, identity) = try? ResourceName.parseFaceParent(name) else { return }
    notes.note { $0.gallery = gallery.name }
    if case .id(let number)? = identity { notes.note(identity: number.value) }
  }
}
