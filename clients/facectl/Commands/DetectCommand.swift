import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf

struct DetectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect", abstract: "Show where the faces of photographs are, and how good they are.",
    discussion: """
      PATHS are photographs, or folders of them. Nothing is enrolled or searched. --draw writes a copy of every photograph \
      with what the daemon saw in it: a box for each face, and its eyes, nose and mouth where the daemon's detector finds \
      them.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup var smallest: MinimumFaceOption
  @Argument(help: "Photographs, or folders of them.") var paths: [String]
  @Option(help: "A folder for the copies, as PNG; it is made if missing.") var draw: String?

  /// What the daemon saw, and the photograph where it is drawn on.
  private struct Seen: Sendable {
    let response: Faced_V1_DetectResponse
    let photo: Data?
  }

  func run() async throws {
    if let draw { try FaceDrawing.makeFolder(draw) }
    // Before anything is drawn, so that copies within a folder are not walked.
    let items = Walk.items(of: paths, .given)
    let isComplete = try await shared.withDaemon { [self] client in
      let limit = try await Faced_V1_ServerService.Client(wrapping: client).photographLimit()
      let service = Faced_V1_RecognitionService.Client(wrapping: client)
      var question = Faced_V1_DetectRequest()
      if let face = smallest.message { question.minimumFace = face }
      return try await PhotographQuestions.ask(items, limit: limit) { [question, isDrawn = draw != nil] photo in
        var request = question
        request.photo = photo
        return Seen(response: try await service.detect(request), photo: isDrawn ? photo : nil)
      } give: { path, result in
        let output = output(path, result)
        output.print(json: shared.json)
        return output.error == nil
      }
    }
    if !isComplete { throw Ending.someRefused.code }
  }

  private func output(
    _ path: RawPath, _ result: Result<Seen, PhotographQuestions.Refused>
  ) -> DetectOutput {
    switch result {
    case .failure(let refused): return DetectOutput(file: path.text, error: refused.error)
    case .success(let seen):
      guard let draw, let photo = seen.photo else {
        return DetectOutput(file: path.text, response: seen.response, drawing: nil)
      }
      let copy = FaceDrawing.name(for: path.text, in: draw)
      do throws(Refusal) {
        try FaceDrawing.write([UInt8](photo), seen.response.faces, to: copy)
      } catch {
        return DetectOutput(file: path.text, error: ErrorOutput(error))
      }
      return DetectOutput(file: path.text, response: seen.response, drawing: copy)
    }
  }
}
