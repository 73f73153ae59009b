import ArgumentParser
import FaceAPI
import FaceTypes
import Foundation
import GRPCCore
import SwiftProtobuf

struct ClusterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cluster", abstract: "Group the faces of a folder, or of a gallery, by person.",
    discussion: """
      Nobody needs to be enrolled, and nothing is kept. Group 0 holds the faces that resemble no other. The same photographs \
      under the same model give the same groups with the same numbers, so that a second run may enroll some of them: \
      --enroll 3=Ada enrolls the faces of group 3 as Ada, from the photographs that they are in.
      """)

  @OptionGroup var shared: SharedOptions
  @Argument(help: "A folder of photographs, or photographs.") var paths: [String] = []
  @Option(help: "Group the enrolled faces of this gallery instead.") var gallery: String?
  @Option(help: "The mean squared distance up to which two groups are merged. [from the model's calibration]")
  var threshold: Double?
  @Option(help: "A new PNG or HTML file for a sheet of the groups' faces: a dozen of each group.") var sheet: String?
  @Option(help: "A new folder for links to the photographs, a sub-folder for each group.") var links: String?
  @Option(help: "Enroll a group, as NUMBER=NAME; may be given several times.") var enroll: [GroupName] = []
  @Option(help: "The gallery that groups are enrolled into.") var into = "default"

  func validate() throws {
    if paths.isEmpty == (gallery == nil) { throw ValidationError("give a folder or photographs, or --gallery NAME") }
    if gallery != nil, links != nil || !enroll.isEmpty {
      throw ValidationError("the faces of a gallery have no photographs to link or to enroll; use `identity move`")
    }
  }

  /// A group of this run and whom it shows.
  struct GroupName: ExpressibleByArgument {
    let group: Int32
    let name: DisplayName

    init?(argument: String) {
      let parts = argument.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let group = Int32(parts[0]), group > 0, let name = try? DisplayName(String(parts[1]))
      else {
        return nil
      }
      (self.group, self.name) = (group, name)
    }
  }

  func run() async throws {
    try SheetFile.check(sheet)
    let folder = try links.map { path throws(CommandFailure) in try LinkFolder(path) }
    let items = Walk.items(of: paths, .given)
    let isComplete = try await shared.withDaemon { [self] client in
      var first = Faced_V1_ClusterRequest()
      if let threshold { first.threshold = threshold }
      if let gallery {
        first.gallery = ResourceName.gallery(gallery)
        let answer = try await groups([first], client)
        ClusterOutput.print(answer, faces: nil, json: shared.json)
        if let sheet { try await ClusterSheet(sheet).draw(enrolled: answer, client) }
        return true
      }
      let found = try await embed(items, client)
      guard let model = found.models.first else {
        if !shared.json { Terminal.print("no face was found") }
        return found.isComplete
      }
      guard found.models.count == 1 else {
        throw Failure(
          code: .failedPrecondition, reason: .modelChanged,
          message: "the daemon's model changed meanwhile; run the command again")
      }
      first.model = model
      let answer = try await groups(Self.messages(first, found.vectors), client)
      ClusterOutput.print(answer, faces: found.faces, json: shared.json)
      let limit = try await Faced_V1_ServerService.Client(wrapping: client).photographLimit()
      if let sheet { try ClusterSheet(sheet).draw(answer, found.faces, limit: limit) }
      if let folder { try Self.link(answer, found.faces, folder) }
      let isEnrolled = enroll.isEmpty ? true : try await enroll(answer, found.faces, limit: limit, client)
      return found.isComplete && isEnrolled
    }
    if !isComplete { throw Ending.someRefused.code }
  }

  private static func link(
    _ groups: [Faced_V1_FaceGroup], _ faces: [ClusterOutput.Face], _ folder: LinkFolder
  ) throws {
    for group in groups {
      let name = group.group == 0 ? "ungrouped" : String(format: "group-%04d", group.group)
      for member in group.members { folder.add(RawPath(faces[Int(member)].file), group: name) }
    }
    try folder.finish()
  }

  /// - Returns: whether every face of the named groups was enrolled.
  private func enroll(
    _ groups: [Faced_V1_FaceGroup], _ faces: [ClusterOutput.Face], limit: Int,
    _ client: GRPCClient<some ClientTransport>
  ) async throws -> Bool {
    var items: [WalkItem] = []
    for wanted in enroll {
      let members = groups.filter { $0.group == wanted.group }.flatMap(\.members)
      guard !members.isEmpty else { throw CommandFailure.usage("there is no group \(wanted.group)") }
      for member in members {
        let face = faces[Int(member)]
        items.append(.photograph(Photograph(path: RawPath(face.file), identity: wanted.name, face: face.box)))
      }
    }
    let template = Faced_V1_EnrollRequest.with { $0.gallery = ResourceName.gallery(into) }
    let enrolment = FolderEnrolment(template: template, again: false, limit: limit, isShown: !shared.json)
    let (summary, _) = try await enrolment.run(items, over: Faced_V1_RecognitionService.Client(wrapping: client))
    summary.print(json: shared.json)
    return summary.isComplete
  }

  private struct Found {
    var faces: [ClusterOutput.Face] = []
    var vectors: [[Float]] = []
    var models: Set<String> = []
    var isComplete = true
  }

  private func embed(_ items: [WalkItem], _ client: GRPCClient<some ClientTransport>) async throws -> Found {
    var found = Found()
    let isComplete = try await EmbedOutput.ask(items, .with { $0.selection = .all }, client) { answer in
      if let error = answer.error {
        return Terminal.note("\(answer.file): left out (\(error.reason)): \(error.message)")
      }
      if let model = answer.model { found.models.insert(model) }
      for face in answer.faces {
        found.faces.append(.init(file: answer.file, box: face.box))
        found.vectors.append(face.vector)
      }
    }
    found.isComplete = isComplete
    return found
  }

  private func groups(
    _ messages: [Faced_V1_ClusterRequest], _ client: GRPCClient<some ClientTransport>
  ) async throws -> [Faced_V1_FaceGroup] {
    try await Faced_V1_ClusterService.Client(wrapping: client).cluster(
      requestProducer: { writer in
        for message in messages { try await writer.write(message) }
      },
      onResponse: { response in
        var groups: [Faced_V1_FaceGroup] = []
        for try await message in response.messages { groups += message.groups }
        return groups
      })
  }

  private static func messages(
    _ first: Faced_V1_ClusterRequest, _ vectors: [[Float]]
  ) -> [Faced_V1_ClusterRequest] {
    let size = 1_000
    var messages = [first]
    for start in stride(from: 0, to: vectors.count, by: size) {
      messages.append(
        .with {
          $0.vectors = vectors[start..<min(start + size, vectors.count)].map { row in .with { $0.values = row } }
        })
    }
    return messages
  }
}
