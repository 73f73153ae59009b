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
      var cells: [ContactSheet.Cell] = []
      for change in comparison.changed {
        let after = change.after.identity == change.identity
        cells.append(
          ContactSheet.Cell(
            image: try await crop(change.face, galleries),
            captions: [
              Printable.line(change.displayName), "was " + Printable.line(change.before.displayName),
              "now " + Printable.line(change.after.displayName),
            ], verdict: after ? .right : .wrong))
      }
      for face in comparison.leftOut {
        cells.append(
          ContactSheet.Cell(
            image: try await crop(face.face, galleries),
            captions: [Printable.line(face.displayName), "left out", ComparisonOutput.word(face.reason)]))
      }
      try SheetFile.write(title: "what the switch changes", cells, to: path)
    }

    /// The kept crop, or a grey square where there is none.
    private static func crop(
      _ face: String, _ galleries: Faced_V1_GalleryService.Client<some ClientTransport>
    ) async throws -> Image {
      let empty = Image(width: 128, height: 128, colour: Colour(120, 120, 120))
      do {
        let crop = try await galleries.getFaceCrop(.with { $0.name = face })
        return SheetFile.thumbnail(crop.image) ?? empty
      } catch let error as RPCError where error.code == .failedPrecondition || error.code == .notFound {
        return empty
      }
    }
  }

  struct Drop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Drop the vectors that a model left behind, before their time.",
      discussion: "`model list` says until when they are kept. Going back then means to embed every face again.")

    @OptionGroup var shared: SharedOptions
    @Argument(help: "The model: its digits, or the first few, from `model list`.") var model: String
    @Flag(help: "Do not ask.") var yes = false

    func run() async throws {
      try Confirmation.ask(toDelete: "the vectors of model \(model)", yes: yes)
      let dropped = try await shared.withDaemon { [model] client in
        try await Faced_V1_ModelService.Client(wrapping: client).dropModelVectors(.with { $0.name = "models/\(model)" })
      }
      let digits = dropped.name.lastSegment
      shared.json
        ? Terminal.printJSON(["dropped": digits])
        : Terminal.print("dropped the vectors of model \(digits.prefix(12)); the model itself is kept")
    }
  }
}
