import ArgumentParser
import FaceAPI
import GRPCCore
import SwiftProtobuf

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Look for mistakes in what is enrolled.", subcommands: [CheckGallery.self])
}

struct CheckGallery: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gallery", abstract: "Find duplicates, wrong labels, outliers, and identities with few or poor faces.",
    discussion: """
      Nothing is changed; each line says what would. `facectl identity apart` notes that two who look alike are different \
      people, and they are not told again.
      """)

  @OptionGroup var shared: SharedOptions
  @Argument(help: "The gallery.") var gallery = "default"
  @Option(
    name: .customLong("kind"), help: "Look only for this: duplicate, mislabelled, outlier, few-faces or poor-faces.")
  var kinds: [ReviewOutput.Kind] = []
  @Option(help: "Report identities with fewer faces.") var minimumFaces: Int32 = 2
  @Option(
    help:
      "The share of identities that may be reported as duplicates by chance, between 0 and 1; the daemon's default otherwise."
  )
  var falsePositiveRate: Double?
  @Option(help: "A new PNG or HTML file for a contact sheet of the faces that the findings are about.") var sheet:
    String?

  func validate() throws {
    guard (1...1_000_000).contains(minimumFaces) else {
      throw ValidationError("--minimum-faces is 1 to 1000000")
    }
  }

  func run() async throws {
    try SheetFile.check(sheet)
    let request = Faced_V1_CheckGalleryRequest.with {
      $0.gallery = ResourceName.gallery(gallery)
      $0.kinds = kinds.map(\.message)
      $0.minimumFaces = minimumFaces
      if let falsePositiveRate { $0.falsePositiveRate = falsePositiveRate }
    }
    let findings = try await shared.withDaemon { [self] client in
      let findings = try await Faced_V1_ReviewService.Client(wrapping: client).checkGallery(request) { response in
        var findings: [Faced_V1_GalleryFinding] = []
        for try await finding in response.messages {
          findings.append(finding)
          if shared.json { Terminal.printJSON(ReviewOutput(finding)) }
        }
        return findings
      }
      if let sheet { try await ReviewSheet(sheet, gallery: gallery, over: .init(wrapping: client)).draw(findings) }
      return findings
    }
    guard !shared.json else { return }
    ReviewOutput.printTable(findings.map(ReviewOutput.init))
    if let sheet { Terminal.print("the faces are in \(sheet)") }
  }
}
