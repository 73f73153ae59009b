import ArgumentParser
import FaceAPI
import FaceTypes
import GRPCCore
import SwiftProtobuf

struct IdentityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identity", abstract: "Show, list, rename, label, merge, split, keep apart and delete identities.",
    discussion: "An identity is given by its name, or by its number as #124, which `identity list` shows.",
    subcommands: [
      Get.self, List.self, Rename.self, Label.self, Merge.self, Split.self, Move.self, Apart.self, Delete.self,
    ])

  struct Output: Encodable {
    let name: String
    let identity: String
    let faces: Int64
    let created: String
    let labels: [String: String]

    init(_ identity: Faced_V1_Identity) {
      name = identity.name
      self.identity = identity.displayName
      faces = identity.faceCount
      created = identity.createTime.iso8601
      labels = identity.labels
    }

    static func printTable(_ identities: [Output]) {
      Terminal.printTable(
        ["NUMBER", "FACES", "CREATED", "IDENTITY", "LABELS"],
        identities.map {
          ["#" + $0.name.lastSegment, String($0.faces), $0.created, $0.identity, LabelTexts.text($0.labels)]
        })
    }
  }

  struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show an identity.")
    @OptionGroup var shared: SharedOptions
    @OptionGroup var target: IdentityTarget

    func run() async throws {
      let request = try Faced_V1_GetIdentityRequest(target)
      let identity = try await shared.withDaemon { client in
        try await Faced_V1_GalleryService.Client(wrapping: client).getIdentity(request)
      }
      shared.json ? Terminal.printJSON(Output(identity)) : Output.printTable([Output(identity)])
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the identities of a gallery.")
    @OptionGroup var shared: SharedOptions
    @Option(help: "The gallery.") var gallery = "default"
    @Option(help: "Only those that have this label, as KEY=VALUE; may be given several times.") var label: [String] = []

    func run() async throws {
      let labels = try LabelTexts.read(label)
      let identities = try await shared.withDaemon { [gallery] client in
        let service = Faced_V1_GalleryService.Client(wrapping: client)
        return try await everyPage { token in
          let response = try await service.listIdentities(
            .with {
              $0.parent = ResourceName.gallery(gallery)
              ($0.pageSize, $0.pageToken, $0.labels) = (largestPage, token, labels)
            })
          return (response.identities, response.nextPageToken)
        }
      }.map(Output.init)
      shared.json ? identities.forEach { Terminal.printJSON($0) } : Output.printTable(identities)
    }
  }

  struct Rename: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Give an identity another name.")
    @OptionGroup var shared: SharedOptions
    @OptionGroup var target: IdentityTarget
    @Argument(help: "The new name.") var newName: String

    func run() async throws {
      var request = try Faced_V1_RenameIdentityRequest(target)
      request.displayName = newName
      let identity = try await shared.withDaemon { [request] client in
        try await Faced_V1_GalleryService.Client(wrapping: client).renameIdentity(request)
      }
      shared.json
        ? Terminal.printJSON(Output(identity))
        : Terminal.print("'\(target.identity)' is now '\(identity.displayName)'")
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Delete identities with their faces, crops and embeddings, for good.",
      discussion: "Several are deleted together: all of them or none.")

    @OptionGroup var shared: SharedOptions
    @Argument(help: "The identities, each by name or by number as #124.") var identities: [String]
    @Option(help: "The gallery.") var gallery = "default"
    @Flag(help: "Do not ask.") var yes = false

    func run() async throws {
      var request = Faced_V1_BatchDeleteIdentitiesRequest()
      request.parent = ResourceName.gallery(gallery)
      for identity in identities {
        switch try IdentityReference(typed: identity) {
        case .id(let id): request.names.append(ResourceName.identity(id, in: gallery))
        case .named(let name): request.displayNames.append(name.text)
        }
      }
      let shown = identities.map { "'\($0)'" }.joined(separator: ", ")
      try Confirmation.ask(
        toDelete: "\(identities.count == 1 ? "identity" : "the identities") \(shown) of gallery '\(gallery)'", yes: yes)
      try await shared.withDaemon { [request] client in
        _ = try await Faced_V1_GalleryService.Client(wrapping: client)
          .batchDeleteIdentities(request, options: .deleting)
      }
      for identity in identities {
        shared.json
          ? Terminal.printJSON(["deleted": identity, "gallery": gallery]) : Terminal.print("deleted '\(identity)'")
      }
    }
  }
}
