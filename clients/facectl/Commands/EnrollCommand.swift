import ArgumentParser
import FaceAPI
import FaceTypes
import Foundation
import GRPCCore
import SwiftProtobuf
import Synchronization

struct EnrollCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enroll",
    abstract: "Enroll identities from photographs.",
    discussion: """
      PATHS are photographs, or folders of them. With --identity every picture, in nested folders too, shows that person; \
      without it a folder holds one sub-folder for each identity, named like it. What is left out is named with its reason.

      Of a photograph that shows several people the face that stands out is taken, or the one that is like the person's \
      other pictures; where neither is clear, the photograph is left out.

      With --vectors the rows of a .npy file are enrolled as they are; `facectl import` takes many people's at once.

      The gallery's policy (`facectl gallery update --policy`) says what becomes of a face that looks like somebody else's, or \
      unlike the person's own, or is too small, blurred, dark or turned: it is enrolled in silence, enrolled with a warning, or \
      refused. --dry-run says so beforehand.

      Running the same command again enrolls nothing twice, and nothing that was deleted since, unless --again is given.
      """)

  @OptionGroup var shared: SharedOptions
  @Argument(help: "Photographs, or folders of them.") var paths: [String] = []
  @OptionGroup var table: VectorOptions
  @OptionGroup var smallest: MinimumFaceOption
  @Option(help: "Who is in all of PATHS: a name, new or not, or the number of an enrolled identity, as #124.")
  var identity: String?
  @Option(help: "The gallery to enroll into.") var gallery = "default"
  @Flag(help: "Take the largest face of a photograph that shows several people.") var largest = false
  @Flag(help: "Enroll photographs again that were deleted since they were enrolled.")
  var again = false
  @Flag(help: "Store nothing; report what would be enrolled and what speaks against it.") var dryRun = false
  @Flag(help: "Also enroll what the gallery's policy refuses.") var force = false
  @Option(help: "A new PNG or HTML file for a contact sheet of the photographs with what became of them.") var sheet:
    String?

  func validate() throws {
    try table.check(without: paths.isEmpty, "give photographs or folders of them, or --vectors FILE.npy")
    guard table.vectors != nil else { return }
    guard identity != nil, sheet == nil else {
      throw ValidationError("--vectors needs --identity NAME, and has no pictures for --sheet")
    }
  }

  func run() async throws {
    let reference = try identity.map { text throws(InvalidName) in try IdentityReference(typed: text) }
    if table.vectors != nil { return try await enrollVectors(try template(reference)) }
    if reference == nil, !paths.contains(where: { FileStatus(RawPath($0))?.kind == .folder }) {
      throw CommandFailure.usage("name who is in the photographs: --identity NAME")
    }
    try SheetFile.check(sheet)
    let items = Walk.items(of: paths, reference == nil ? .folders : .given)
    let summary = try await shared.withDaemon { [self] client in
      let limit = try await Faced_V1_ServerService.Client(wrapping: client).photographLimit()
      let enrolment = FolderEnrolment(
        template: try template(reference), again: again, limit: limit, isShown: !shared.json)
      let (summary, drawn) = try await enrolment.run(
        items, over: Faced_V1_RecognitionService.Client(wrapping: client))
      if let sheet { try drawn.write(items, limit: limit, to: sheet) }
      return summary
    }
    summary.print(json: shared.json)
    if !summary.isComplete { throw Ending.someRefused.code }
  }

  private func template(_ reference: IdentityReference?) throws -> Faced_V1_EnrollRequest {
    var request = Faced_V1_EnrollRequest()
    request.gallery = ResourceName.gallery(gallery)
    request.selection = largest ? .largest : .dominant
    request.again = again
    request.dryRun = dryRun
    request.force = force
    if let face = smallest.message { request.minimumFace = face }
    switch reference {
    case .named(let name): request.displayName = name.text
    case .id(let id): request.identity = ResourceName.identity(id, in: gallery)
    case nil: break
    }
    return request
  }
}
