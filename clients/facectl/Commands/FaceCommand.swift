import ArgumentParser
import FaceAPI
import FaceTypes
import GRPCCore
import SwiftProtobuf

struct FaceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "face", abstract: "List and delete enrolled faces.", subcommands: [List.self, Delete.self])

  private struct Output: Encodable {
    let name: String
    let identity: String
    let source: String
    let score: Double
    /// 0 to 1 when it was enrolled; absent for faces from before it was measured.
    let quality: Double?
    let created: String

    init(_ face: Faced_V1_Face) {
      name = face.name
      identity = face.identity
      source = face.source
      score = face.detectionScore
      quality = face.hasQuality ? face.quality : nil
      created = face.createTime.iso8601
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the faces of an identity.")
    @OptionGroup var shared: SharedOptions
    @Option(help: "The gallery.") var gallery = "default"
    @Option(help: "Only the faces of this identity, by name or by number as #124.") var identity: String?

    func run() async throws {
      var request = Faced_V1_ListFacesRequest()
      request.pageSize = largestPage
      switch try identity.map({ try IdentityReference(typed: $0) }) {
      case .named(let name): request.named = .init(name, in: gallery)
      case .id(let id): request.parent = ResourceName.identity(id, in: gallery)
      case nil: request.parent = ResourceName.gallery(gallery)
      }
      let faces = try await shared.withDaemon { [request] client in
        let service = Faced_V1_GalleryService.Client(wrapping: client)
        return try await everyPage { token in
          var page = request
          page.pageToken = token
          let response = try await service.listFaces(page)
          return (response.faces, response.nextPageToken)
        }
      }.map(Output.init)
      if shared.json { return faces.forEach { Terminal.printJSON($0) } }
      Terminal.printTable(
        ["FACE", "IDENTITY", "CREATED", "SOURCE"],
        faces.map {
          [$0.name.lastSegment, "#" + $0.identity.lastSegment, $0.created, $0.source]
        })
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Delete one face, its crop and its embeddings, for good.")
    @OptionGroup var shared: SharedOptions
    @Argument(help: "The face's number.") var face: UInt64
    @Option(help: "The gallery.") var gallery = "default"

    func run() async throws {
      let name = ResourceName.face(FaceID(face), in: gallery)
      try await shared.withDaemon { client in
        _ = try await Faced_V1_GalleryService.Client(wrapping: client).deleteFace(
          .with { $0.name = name }, options: .deleting)
      }
      shared.json ? Terminal.printJSON(["deleted": name]) : Terminal.print("deleted face \(face)")
    }
  }
}
