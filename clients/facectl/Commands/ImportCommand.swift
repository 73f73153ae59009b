import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf

struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Add the faces of an exported gallery, or vectors that were made elsewhere.",
    discussion: """
      DIR is a folder that `facectl export` made. It is checked whole before anything is added. Where the daemon's model is \
      another, faces are embedded anew from their crops. Importing twice adds nothing, and so does enrolling the \
      photographs afterwards.

      With --vectors and --names a table of vectors is added: float32, one row for each line of names. Nothing is scaled: \
      a vector that is not of length 1 is refused. Such faces have no crop, so a later model cannot take them over.
      """)

  @OptionGroup var shared: SharedOptions
  @Argument(help: "A folder that `facectl export` made.") var folder: String?
  @Option(help: "A .npy file of vectors, one in each row.") var vectors: String?
  @Option(help: "A text file with a name in each line: whose vector the row is.") var names: String?
  @Option(help: "The model that made the vectors, as `facectl model list` shows it; otherwise the daemon's active one.")
  var model: String?
  @Option(help: "The gallery to add to; it must exist.") var gallery = "default"
  @Flag(help: "Add faces again that were deleted since they were added.") var again = false

  func validate() throws {
    guard (folder == nil) != (vectors == nil) else {
      throw ValidationError("give a folder that `facectl export` made, or --vectors FILE.npy and --names FILE.txt")
    }
    guard (vectors == nil) == (names == nil) else { throw ValidationError("--vectors and --names go together") }
    guard model == nil || vectors != nil else { throw ValidationError("--model says what made --vectors") }
  }

  func run() async throws {
    let summary: ImportSummary
    do {
      if let folder { summary = try await add(folder) } else { summary = try await addVectors() }
    } catch let error as TransferError {
      throw error.failure
    }
    summary.print(json: shared.json)
    if !summary.isComplete { throw Ending.someRefused.code }
  }

  private func add(_ folder: String) async throws -> ImportSummary {
    var export = try ExportReader(folder)
    try export.check()
    let (manifest, identities) = (export.manifest, export.identities.values.sorted { $0.identity < $1.identity })
    return try await shared.withDaemon { [self] client in
      let work = FaceImport(
        gallery: gallery, model: manifest.model, again: again, total: manifest.faces, isShown: !shared.json)
      var summary = try await work.run({ try ExportReader(folder) }, over: client)
      summary.identitiesCreated += try await create(identities.filter { $0.faces == 0 }.map(\.name), client)
      try await label(identities, client)
      return summary
    }
  }

  /// Identities without faces.
  private func create(_ names: [String], _ client: GRPCClient<some ClientTransport>) async throws -> Int64 {
    var created: Int64 = 0
    for name in names {
      do {
        _ = try await Faced_V1_GalleryService.Client(wrapping: client).createIdentity(
          .with { ($0.parent, $0.displayName) = (ResourceName.gallery(gallery), name) })
        created += 1
      } catch let error as RPCError where error.code == .alreadyExists {
        continue
      }
    }
    return created
  }

  /// Gives the identities the export's labels; others that they have stay.
  private func label(
    _ identities: [ExportFormat.IdentityLine], _ client: GRPCClient<some ClientTransport>
  ) async throws {
    for identity in identities {
      guard let labels = identity.labels else { continue }
      _ = try await Faced_V1_GalleryService.Client(wrapping: client).updateIdentityLabels(
        .with {
          $0.named = .with { ($0.gallery, $0.displayName) = (ResourceName.gallery(gallery), identity.name) }
          $0.labels = labels
        })
    }
  }

  private func addVectors() async throws -> ImportSummary {
    let (vectors, names) = (vectors ?? "", names ?? "")
    // What is no table at all is refused without a daemon.
    _ = try VectorFiles(vectors: vectors, names: names)
    return try await shared.withDaemon { [self] client in
      let active = try await VectorModel.active(client, wanted: model)
      var files = try VectorFiles(vectors: vectors, names: names)
      let total = try files.check(dimension: active.dimension)
      let work = FaceImport(gallery: gallery, model: active.name, again: again, total: total, isShown: !shared.json)
      return try await work.run({ try VectorFiles(vectors: vectors, names: names) }, over: client)
    }
  }
}
