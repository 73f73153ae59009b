import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf

/// A box as programs read it: pixels of the upright photograph.
struct BoxOutput: Encodable, Sendable {
  let x: Double
  let y: Double
  let width: Double
  let height: Double

  init(_ box: Faced_V1_Box) {
    (x, y, width, height) = (box.x, box.y, box.width, box.height)
  }

  var message: Faced_V1_Box {
    .with { ($0.x, $0.y, $0.width, $0.height) = (x, y, width, height) }
  }
}

/// The vectors of one photograph's faces, as `--json` prints them.
struct EmbedOutput: Encodable, Sendable {
  struct Face: Encodable, Sendable {
    let box: BoxOutput
    let quality: Double
    let vector: [Float]
  }

  let file: String
  let model: String?
  let faces: [Face]
  let warnings: [WarningOutput]
  let error: ErrorOutput?

  /// Asks `question` about every photograph and gives the answers in their order.
  /// - Returns: whether every photograph had an answer.
  static func ask(
    _ items: [WalkItem], _ question: Faced_V1_EmbedRequest, _ client: GRPCClient<some ClientTransport>,
    give: (EmbedOutput) -> Void
  ) async throws -> Bool {
    let limit = try await Faced_V1_ServerService.Client(wrapping: client).photographLimit()
    let service = Faced_V1_VectorService.Client(wrapping: client)
    return try await PhotographQuestions.ask(items, limit: limit) { photo in
      var request = question
      request.photo = photo
      return try await service.embed(request)
    } give: { path, result in
      let output =
        switch result {
        case .success(let response): EmbedOutput(file: path.text, response: response)
        case .failure(let refused): EmbedOutput(file: path.text, error: refused.error)
        }
      give(output)
      return output.error == nil
    }
  }

  private init(file: String, error: ErrorOutput) {
    self.file = file
    self.error = error
    model = nil
    faces = []
    warnings = []
  }

  private init(file: String, response: Faced_V1_EmbedResponse) {
    self.file = file
    error = nil
    model = response.model
    warnings = response.warnings.map(WarningOutput.init)
    faces = response.faces.map {
      Face(box: BoxOutput($0.box), quality: $0.quality.overall, vector: $0.vector.values)
    }
  }

  func print(json: Bool) {
    if json { return Terminal.printJSON(self) }
    if let error { return Terminal.print("\(file): refused (\(error.reason)): \(error.message)") }
    warnings.note(file)
    Terminal.print("\(file): \(faces.count) face\(faces.count == 1 ? "" : "s") embedded; --json prints the vectors")
  }
}
