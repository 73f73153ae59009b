import ArgumentParser
import FaceAPI
import SwiftProtobuf

struct IdentityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identity", abstract: "Show, list, rename and delete identities.",
    subcommands: [Get.self, List.self, Rename.self, Delete.self])

  struct Output: Encodable {
    let name: String
    let identity: String
    let faces: Int64
    let created: String

    init(_ identity: Faced_V1_Identity) {
      name = identity.name
      self.identity = identity.displayName
      faces = identity.faceCount
      created = identity.createTime.iso8601
    }

    static func printTable(_ identities: [Output]) {
      Terminal.printTable(
        ["NUMBER", "FACES", "CREATED", "IDENTITY"],
        identities.map {
          [$0.name.lastSegment, String($0.faces), $0.created, $0.identity]
        })
    }
  }

  /// Which identity a sub-command is about.
  struct Target: ParsableArguments {
    @Argument(help: "The identity: its name or number.") var identity: String
    @Option(help: "The gallery.") var gallery = "default"

    var resource: String { "galleries/\(gallery)/identities/\(identity)" }
  }

  struct Get: AsyncParsableCommand {
    @OptionGroup var shared: SharedOptions
    @OptionGroup var target: Target

    func run() async throws {
      let identity = try await shared.withDaemon { [target] client in
        try await Faced_V1_GalleryService.Client(wrapping: client).getIdentity(.with { $0.name = target.resource })
      }
      shared.json ? Terminal.printJSON(Output(identity)) : Output.printTable([Output(identity)])
    }
  }

  struct List: AsyncParsableCommand {
    @OptionGroup var shared: SharedOptions
    @Option(help: "The gallery.") var gallery = "default"

    func run() async throws {
      let identities = try await shared.withDaemon { [gallery] client in
        let service = Faced_V1_GalleryService.Client(wrapping: client)
        return try await everyPage { token in
          let response = try await service.listIdentities(
            .with {
              $0.parent = "galleries/\(gallery)"; $0.pageSize = 1000; $0.pageToken = token
            })
          return (response.identities, response.nextPageToken)
        }
      }.map(Output.init)
      shared.json ? identities.forEach { Terminal.printJSON($0) } : Output.printTable(identities)
    }
  }

  struct Rename: AsyncParsableCommand {
    @OptionGroup var shared: SharedOptions
    @OptionGroup var target: Target
    @Argument(help: "The new name.") var newName: String

    func run() async throws {
      let identity = try await shared.withDaemon { [target, newName] client in
        try await Faced_V1_GalleryService.Client(wrapping: client).renameIdentity(
          .with {
            $0.name = target.resource; $0.displayName = newName
          })
      }
      shared.json ? Terminal.printJSON(Output(identity)) : print("\(target.identity) is now \(identity.displayName)")
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Delete an identity with its faces, crops and embeddings, for good.")

    @OptionGroup var shared: SharedOptions
    @OptionGroup var target: Target

    func run() async throws {
      try await shared.withDaemon { [target] client in
        _ = try await Faced_V1_GalleryService.Client(wrapping: client).deleteIdentity(
          .with { $0.name = target.resource })
      }
      shared.json ? Terminal.printJSON(["deleted": target.resource]) : print("deleted \(target.identity)")
    }
  }
}
