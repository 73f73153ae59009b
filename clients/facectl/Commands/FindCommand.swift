import ArgumentParser
import FaceAPI
import FaceTypes
import Foundation
import GRPCCore
import SwiftProtobuf

struct FindCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find", abstract: "List the photographs of a library that show a person.",
    discussion: """
      The whole gallery is searched for every face, so that somebody who looks like the person and is enrolled too counts as \
      who they are. A library has many strangers in it, so the default false positive rate is a tenth of that of `identify`. \
      Where two people are too near to tell apart, the photograph is named on standard error alone.
      """)

  @OptionGroup var shared: SharedOptions
  @Argument(help: "The person, by name or by number as #124.") var person: String
  @Argument(help: "Photographs, or folders of them.") var paths: [String]
  @Option(help: "The gallery to search.") var gallery = "default"
  @Option(help: "The false positive rate: the share of strangers identified as somebody, between 0 and 1. [0.001]")
  var falsePositiveRate = 0.001
  @Option(help: "A new PNG or HTML file for a sheet of the photographs that show the person.") var sheet: String?
  @Option(help: "A new folder for links to the photographs that show the person.") var links: String?

  func validate() throws {
    guard falsePositiveRate > 0, falsePositiveRate < 1 else {
      throw ValidationError("--false-positive-rate must be between 0 and 1")
    }
  }

  func run() async throws {
    try SheetFile.check(sheet)
    let found = try links.map { path throws(CommandFailure) in try LinkFolder(path) }
    let items = Walk.items(of: paths, .given)
    let request = try Faced_V1_GetIdentityRequest(typed: person, in: gallery)
    var template = Faced_V1_IdentifyRequest()
    template.gallery = ResourceName.gallery(gallery)
    template.selection = .all
    template.falsePositiveRate = falsePositiveRate
    let isComplete = try await shared.withDaemon { [self, template] client in
      let identity = try await Faced_V1_GalleryService.Client(wrapping: client).getIdentity(request)
      let limit = try await Faced_V1_ServerService.Client(wrapping: client).photographLimit()
      let drawn = try sheet.map { path throws(CommandFailure) in
        try IdentifySheet(path, title: "photographs of \(identity.displayName)")
      }
      let questions = FolderIdentification(template: template, limit: limit, keepsPhotographs: drawn != nil)
      let isComplete = try await questions.run(items, over: Faced_V1_RecognitionService.Client(wrapping: client)) {
        [json = shared.json] path, result in
        let output = FindOutput(path, result, of: identity)
        output.print(json: json)
        if output.isFound {
          found?.add(path)
          if case .success(let answer) = result, let photo = answer.photo {
            drawn?.add(photo, IdentifyOutput(file: path.text, .success(answer.response)))
          }
        }
        return output.error == nil
      }
      try drawn?.finish()
      return isComplete
    }
    try found?.finish()
    if !isComplete { throw Ending.someRefused.code }
  }
}
