import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore

struct EmbedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed", abstract: "Print the vectors of the faces in photographs.",
    discussion: """
      PATHS are photographs, or folders of them. Nothing is searched or kept. A vector is biometric data: keep the output \
      as you would the photographs.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup var smallest: MinimumFaceOption
  @Argument(help: "Photographs, or folders of them.") var paths: [String]
  @Flag(help: "Embed only the largest face of each photograph.") var largest = false

  func run() async throws {
    let items = Walk.items(of: paths, .given)
    let isComplete = try await shared.withDaemon { [self] client in
      var question = Faced_V1_EmbedRequest()
      question.selection = largest ? .largest : .all
      if let face = smallest.message { question.minimumFace = face }
      return try await EmbedOutput.ask(items, question, client) { output in output.print(json: shared.json) }
    }
    if !isComplete { throw Ending.someRefused.code }
  }
}
