import ArgumentParser
import FaceAPI
import GRPCCore
import SwiftProtobuf

struct GalleryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gallery", abstract: "Make, change, list, calibrate and delete galleries.",
    subcommands: [Create.self, Update.self, List.self, CalibrateGallery.self, GalleryThresholds.self, Delete.self])

  struct Output: Encodable {
    let name: String
    let created: String
    let description: String
    let discardsCrops: Bool
    let policy: String

    private enum CodingKeys: String, CodingKey {
      case name, created, description, discardsCrops = "discards_crops", policy
    }

    init(_ gallery: Faced_V1_Gallery) {
      name = gallery.name.lastSegment
      created = gallery.createTime.iso8601
      description = gallery.description_p
      discardsCrops = gallery.discardsCrops
      policy = PolicyOption(gallery.enrolmentPolicy)?.rawValue ?? "unknown"
    }
  }

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a gallery.")
    @OptionGroup var shared: SharedOptions
    @Argument(help: "1 to 63 of a-z, 0-9 and '-'.") var name: String
    @Option(help: "Free text of at most 1,000 bytes.") var description = ""
    @Flag(help: "Do not keep the faces' crops; such faces cannot be carried over to a later model.")
    var discardCrops = false
    @Option(help: "What to do with a doubtful enrolment: allow, warn or refuse.")
    var policy = PolicyOption.warn

    func run() async throws {
      let request = Faced_V1_CreateGalleryRequest.with {
        $0.galleryID = name
        $0.gallery.enrolmentPolicy = policy.message
        $0.gallery.description_p = description
        $0.gallery.discardsCrops = discardCrops
      }
      let gallery = try await shared.withDaemon { client in
        try await Faced_V1_GalleryService.Client(wrapping: client).createGallery(request)
      }
      shared.json ? Terminal.printJSON(Output(gallery)) : Terminal.print("made gallery \(name)")
    }
  }

  struct Update: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Change a gallery's description and its enrolment policy.",
      discussion: """
        With the policy `allow` nothing is looked for. With `warn` a face is enrolled, and what speaks against it is told: \
        it looks like somebody else's, or unlike the person's own; it is too small, blurred, dark or turned away. With \
        `refuse` it is left out, unless `facectl enroll --force` insists.
        """)
    @OptionGroup var shared: SharedOptions
    @Argument(help: "The gallery.") var name: String
    @Option(help: "Free text of at most 1,000 bytes.") var description: String?
    @Option(help: "What to do with a doubtful enrolment: allow, warn or refuse.")
    var policy: PolicyOption?

    func validate() throws {
      if description == nil, policy == nil { throw ValidationError("say what to change: --policy or --description") }
    }

    func run() async throws {
      let request = Faced_V1_UpdateGalleryRequest.with {
        $0.name = ResourceName.gallery(name)
        if let description { $0.description_p = description }
        if let policy { $0.enrolmentPolicy = policy.message }
      }
      let gallery = try await shared.withDaemon { client in
        try await Faced_V1_GalleryService.Client(wrapping: client).updateGallery(request)
      }
      let output = Output(gallery)
      shared.json ? Terminal.printJSON(output) : Terminal.print("gallery \(name): policy \(output.policy)")
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
              $0.pageSize = largestPage; $0.pageToken = token
            })
          return (response.galleries, response.nextPageToken)
        }
      }.map(Output.init)
      if shared.json { return galleries.forEach { Terminal.printJSON($0) } }
      Terminal.printTable(
        ["GALLERY", "CREATED", "CROPS", "POLICY", "DESCRIPTION"],
        galleries.map {
          [$0.name, $0.created, $0.discardsCrops ? "discarded" : "kept", $0.policy, $0.description]
        })
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Delete a gallery and everybody in it, for good.")
    @OptionGroup var shared: SharedOptions
    @Argument(help: "The gallery to delete, with everybody in it.") var name: String
    @Flag(help: "Do not ask.") var yes = false

    func run() async throws {
      try Confirmation.ask(toDelete: "gallery '\(name)' with everybody in it", yes: yes)
      try await shared.withDaemon { [name] client in
        _ = try await Faced_V1_GalleryService.Client(wrapping: client).deleteGallery(
          .with { $0.name = ResourceName.gallery(name) }, options: .deleting)
      }
      shared.json ? Terminal.printJSON(["deleted": name]) : Terminal.print("deleted gallery \(name)")
    }
  }
}
