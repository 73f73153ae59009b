import ArgumentParser
import FaceAPI
import GRPCCore
import SwiftProtobuf

struct GalleryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gallery", abstract: "Make, list and delete galleries.",
    subcommands: [Create.self, List.self, Delete.self])

  struct Output: Encodable {
    let name: String
    let created: String
    let description: String
    let discardsCrops: Bool

    private enum CodingKeys: String, CodingKey {
      case name, created, description, discardsCrops = "discards_crops"
    }

    init(_ gallery: Faced_V1_Gallery) {
      name = String(gallery.name.dropFirst("galleries/".count))
      created = gallery.createTime.iso8601
      description = gallery.description_p
      discardsCrops = gallery.discardsCrops
    }
  }

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a gallery.")
    @OptionGroup var shared: SharedOptions
    @Argument(help: "1 to 63 of a-z, 0-9 and '-'.") var name: String
    @Option(help: "Free text of at most 1,000 bytes.") var description = ""
    @Flag(help: "Do not keep the faces' crops; such faces cannot be carried over to a later model.")
    var discardCrops = false

    func run() async throws {
      let request = Faced_V1_CreateGalleryRequest.with {
        $0.galleryID = name
        $0.gallery.description_p = description
        $0.gallery.discardsCrops = discardCrops
      }
      let gallery = try await shared.withDaemon { client in
        try await Faced_V1_GalleryService.Client(wrapping: client).createGallery(request)
      }
      shared.json ? Terminal.printJSON(Output(gallery)) : Terminal.print("made gallery \(name)")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the galleries.")
    @OptionGroup var shared: SharedOptions

    func run() async throws {
      let galleries = try await shared.withDaemon { client in
        let service = Faced_V1_GalleryService.Client(wrapping: client)
        return try await everyPage { token in
          let response = try await service.listGalleries(
            .with {
              $0.pageSize = 1000; $0.pageToken = token
            })
          return (response.galleries, response.nextPageToken)
        }
      }.map(Output.init)
      if shared.json { return galleries.forEach { Terminal.printJSON($0) } }
      Terminal.printTable(
        ["GALLERY", "CREATED", "CROPS", "DESCRIPTION"],
        galleries.map {
          [$0.name, $0.created, $0.discardsCrops ? "discarded" : "kept", $0.description]
        })
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Delete a gallery with everybody in it, for good.")
    @OptionGroup var shared: SharedOptions
    @Argument(help: "The gallery to delete, with everybody in it.") var name: String
    @Flag(help: "Do not ask.") var yes = false

    func run() async throws {
      try Confirmation.ask(toDelete: "gallery '\(name)' with everybody in it", yes: yes)
      try await shared.withDaemon { [name] client in
        _ = try await Faced_V1_GalleryService.Client(wrapping: client).deleteGallery(
          .with { $0.name = "galleries/\(name)" }, options: .deleting)
      }
      shared.json ? Terminal.printJSON(["deleted": name]) : Terminal.print("deleted gallery \(name)")
    }
  }
}
