import ArgumentParser
import FaceAPI
import FaceTypes
import GRPCCore

extension IdentityCommand {
  struct Label: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Set and remove labels of an identity.",
      discussion: """
        A label is KEY=VALUE; KEY- removes it. `identity list --label` and `identify --label` go by them.
        """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup var target: IdentityTarget
    @Argument(help: "KEY=VALUE to set, KEY- to remove.") var labels: [String]

    func run() async throws {
      var request = try Faced_V1_UpdateIdentityLabelsRequest(target)
      request.removedKeys = labels.filter { !$0.contains("=") && $0.hasSuffix("-") }.map { String($0.dropLast()) }
      request.labels = try LabelTexts.read(labels.filter { $0.contains("=") || !$0.hasSuffix("-") })
      let identity = try await shared.withDaemon { [request] client in
        try await Faced_V1_GalleryService.Client(wrapping: client).updateIdentityLabels(request)
      }
      shared.json ? Terminal.printJSON(Output(identity)) : Output.printTable([Output(identity)])
    }
  }
}

/// Labels as people type and read them.
enum LabelTexts {
  /// - Parameter texts: each KEY=VALUE.
  static func read(_ texts: [String]) throws -> [String: String] {
    var labels: [String: String] = [:]
    for text in texts {
      guard let equals = text.firstIndex(of: "=") else {
        throw CommandFailure.usage("'\(text)' is not a label: write KEY=VALUE")
      }
      labels[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    return try IdentityLabels(labels).values
  }

  static func text(_ labels: [String: String]) -> String {
    labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }
}
