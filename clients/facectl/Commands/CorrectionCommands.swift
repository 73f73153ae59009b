import ArgumentParser
import FaceAPI
import FaceTypes
import GRPCCore
import SwiftProtobuf

extension IdentityCommand {
  struct Merge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Merge one identity into another; the first then no longer exists.",
      discussion: "`facectl undo` takes it back.")

    @OptionGroup var shared: SharedOptions
    @Argument(help: "The identity to merge, by name or by number as #124.") var from: String
    @Argument(help: "The identity that stays.") var into: String
    @Option(help: "The gallery.") var gallery = "default"

    func run() async throws {
      var request = Faced_V1_MergeIdentitiesRequest()
      request.from = try .init(typed: from, in: gallery)
      request.into = try .init(typed: into, in: gallery)
      try await CorrectionOutput.run(shared) { [request] in try await $0.mergeIdentities(request) }
    }
  }

  struct Split: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Split some faces of an identity off into a new one.",
      discussion: "`face list --identity` shows the faces' numbers. `facectl undo` takes it back.")

    @OptionGroup var shared: SharedOptions
    @OptionGroup var target: IdentityTarget
    @Argument(help: "The name of the new identity.") var newName: String
    @Argument(help: "The faces' numbers.") var faces: [UInt64]

    func run() async throws {
      var request = Faced_V1_SplitIdentityRequest()
      request.from = try .init(typed: target.identity, in: target.gallery)
      request.faces = faces.map { ResourceName.face(FaceID($0), in: target.gallery) }
      request.displayName = newName
      try await CorrectionOutput.run(shared) { [request] in try await $0.splitIdentity(request) }
    }
  }

  struct Move: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Move faces of another identity to this one.",
      discussion: "`face list` shows the faces' numbers. `facectl undo` takes it back.")

    @OptionGroup var shared: SharedOptions
    @OptionGroup var target: IdentityTarget
    @Argument(help: "The faces' numbers; they are of one identity.") var faces: [UInt64]

    func run() async throws {
      var request = Faced_V1_MoveFacesRequest()
      request.into = try .init(typed: target.identity, in: target.gallery)
      request.faces = faces.map { ResourceName.face(FaceID($0), in: target.gallery) }
      try await CorrectionOutput.run(shared) { [request] in try await $0.moveFaces(request) }
    }
  }
}

struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "List the corrections of a gallery, newest first.")

  @OptionGroup var shared: SharedOptions
  @Option(help: "The gallery.") var gallery = "default"

  func run() async throws {
    let changes = try await shared.withDaemon { [gallery] client in
      let service = Faced_V1_CorrectionService.Client(wrapping: client)
      return try await everyPage { token in
        let response = try await service.listChanges(
          .with {
            $0.parent = ResourceName.gallery(gallery); $0.pageSize = largestPage; $0.pageToken = token
          })
        return (response.changes, response.nextPageToken)
      }
    }.map(CorrectionOutput.init)
    if shared.json { return changes.forEach { Terminal.printJSON($0) } }
    Terminal.printTable(
      ["CHANGE", "WHEN", "WHAT", "FROM", "INTO", "FACES", "STATE"],
      changes.map { [String($0.change), $0.created, $0.kind, $0.from, $0.into, String($0.faces), $0.state] })
  }
}

struct UndoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Take a correction back.",
    discussion: "`facectl history` lists them. Faces that were deleted since do not come back.")

  @OptionGroup var shared: SharedOptions
  @Argument(help: "The number of the change.") var change: UInt64
  @Option(help: "The gallery.") var gallery = "default"

  func run() async throws {
    let name = ResourceName.change(change, in: gallery)
    try await CorrectionOutput.run(shared) { try await $0.undoChange(.with { $0.name = name }) }
  }
}
