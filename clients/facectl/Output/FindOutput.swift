import FaceAPI
import FaceTypes
import Foundation

/// Whether a photograph shows the person who is looked for, as `--json` prints it where it does.
struct FindOutput: Encodable {
  struct Face: Encodable {
    let box: BoxOutput
    let distance: Double
  }

  let file: String
  let faces: [Face]
  let error: ErrorOutput?
  /// Others whom a face may be as well.
  private let rivals: [String]

  private enum CodingKeys: String, CodingKey { case file, faces, error }

  init(
    _ path: RawPath, _ result: Result<FolderIdentification.Answer, PhotographQuestions.Refused>,
    of identity: Faced_V1_Identity
  ) {
    file = path.text
    switch result {
    case .failure(let refused):
      // A photograph of nobody does not show the person.
      error = refused.error.reason == Reason.noFace.rawValue ? nil : refused.error
      (faces, rivals) = ([], [])
    case .success(let answer):
      error = nil
      let own = answer.response.faces.filter { $0.candidates.first?.identity == identity.name }
      faces = own.filter { $0.decision == .identified }.map {
        Face(box: BoxOutput($0.box), distance: $0.candidates[0].distance)
      }
      rivals = answer.response.faces.filter { $0.decision == .ambiguous }.compactMap { face in
        let near = face.candidates.filter { $0.distance - face.candidates[0].distance <= face.basis.ambiguityMargin }
        guard near.contains(where: { $0.identity == identity.name }) else { return nil }
        return near.first { $0.identity != identity.name }?.displayName
      }
    }
  }

  var isFound: Bool { !faces.isEmpty }

  func print(json: Bool) {
    for rival in rivals { Terminal.note("\(file): perhaps, or \(rival): too near to tell apart") }
    if json {
      if isFound || error != nil { Terminal.printJSON(self) }
      return
    }
    if let error { return Terminal.note("\(file): left out (\(error.reason)): \(error.message)") }
    if isFound { Terminal.print(file) }
  }
}
