import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf

struct DetectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect", abstract: "Show where the faces of photographs are, and how good they are.",
    discussion: """
      Nothing is enrolled or searched. --draw writes a copy of every photograph with what the daemon saw in it: a box \
      for each face, and its eyes, nose and mouth where the daemon's detector finds them.
      """)

  @OptionGroup var shared: SharedOptions
  @Argument(help: "Photographs.") var files: [String]
  @Option(help: "A folder for the copies, as PNG; it is made where it does not exist.") var draw: String?

  func run() async throws {
    if let draw { try FaceDrawing.makeFolder(draw) }
    let failures = try await shared.withDaemon { [self] client in
      let service = Faced_V1_RecognitionService.Client(wrapping: client)
      var failures = 0
      var names = FaceDrawing.Names()
      for file in files {
        let output = try await answer(file, &names, service)
        output.print(json: shared.json)
        if output.error != nil { failures += 1 }
      }
      return failures
    }
    if failures > 0 { throw ExitCode(3) }
  }

  /// - Throws: when the daemon cannot be asked at all; a photograph that is refused is an answer.
  private func answer(
    _ file: String, _ names: inout FaceDrawing.Names,
    _ service: Faced_V1_RecognitionService.Client<some ClientTransport>
  ) async throws -> DetectOutput {
    let photo: Data
    switch Photographs.read(file) {
    case .failure(let refusal):
      return DetectOutput(file: file, error: ErrorOutput(reason: refusal.reason, message: refusal.message))
    case .success(let bytes): photo = bytes
    }
    do {
      let response = try await service.detect(.with { $0.photo = photo })
      guard let draw else { return DetectOutput(file: file, response: response, drawing: nil) }
      let path = draw + "/" + names.next(for: file)
      do throws(Refusal) {
        try FaceDrawing.write([UInt8](photo), response.faces, to: path)
      } catch {
        return DetectOutput(file: file, error: ErrorOutput(reason: error.reason, message: error.message))
      }
      return DetectOutput(file: file, response: response, drawing: path)
    } catch let error as RPCError where error.code == .invalidArgument || error.code == .resourceExhausted {
      return DetectOutput(file: file, error: ErrorOutput(Failure(error)))
    }
  }
}
