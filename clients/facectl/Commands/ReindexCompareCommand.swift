import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore
import Images
import SwiftProtobuf

extension ReindexCommand {
  struct Compare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what the switch of a job would change, before it happens.",
      discussion: """
        A sample of enrolled faces, of people who have several, is searched under both models. A job that asks before the \
        switch (`reindex start --ask`, or by itself where the models agree too little) waits for `reindex resume` or \
        `reindex cancel` meanwhile.
        """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup var target: Target
    @Option(help: "A new PNG or HTML file for the crops of the faces whose nearest identity changes.")
    var sheet: String?

    func run() async throws {
      try SheetFile.check(sheet)
      try await shared.withDaemon { [self] client in
        let comparison = try await Faced_V1_ModelService.Client(wrapping: client)
          .compareReindexJob(.with { $0.name = target.resource })
        ComparisonOutput(comparison).print(json: shared.json)
        if let sheet { try await Self.draw(comparison, client, to: sheet) }
      }
    }

    private static func draw(
      _ comparison: Faced_V1_ReindexComparison, _ client: GRPCClient<some ClientTransport>, to path: String
    ) async throws {
      let galleries = Faced_V1_GalleryService.Client(wrapping: client)
      let sheet = try SheetFile(path, title: "what the switch changes")
      for change in comparison.changed {
        let captions = [
          Printable.line(change.displayName), "was " + Printable.line(change.before.displayName),
          "now " + Printable.line(change.after.displayName),
        ]
        let isRight = change.after.identity == change.identity
        sheet.add(try await galleries.keptCell(change.face, captions, isRight ? .right : .wrong, side: sheet.side))
      }
      for face in comparison.leftOut {
        let captions = [Printable.line(face.displayName), "left out", ComparisonOutput.word(face.reason)]
        sheet.add(try await galleries.keptCell(face.face, captions, side: sheet.side))
      }
      try sheet.finish()
    }
  }

  struct Drop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Drop the vectors of a former model before they expire.",
      discussion: "`model list` says until when they are kept. Rolling back then means embedding every face again.")

    @OptionGroup var shared: SharedOptions
    @Argument(help: "The model: its digits, or the first few, from `model list`.") var model: String
    @Flag(help: "Do not ask.") var yes = false

    func run() async throws {
      try Confirmation.ask(toDelete: "the vectors of model \(model)", yes: yes)
      let dropped = try await shared.withDaemon { [model] client in
        try await Faced_V1_ModelService.Client(wrapping: client)
          .dropModelVectors(.with { $0.name = ResourceName.model(model) })
      }
      let digits = dropped.name.lastSegment
      shared.json
        ? Terminal.printJSON(["dropped": digits])
        : Terminal.print("dropped the vectors of model \(digits.prefix(12)); the model itself is kept")
    }
  }
}
