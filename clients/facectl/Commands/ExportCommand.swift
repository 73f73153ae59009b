import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf
import Synchronization

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a gallery into a new folder that other programs can read.",
    discussion: """
      The folder has JSON lines, crops as JPEG and vectors as .npy, as of one moment; `facectl import DIR` takes it into \
      another gallery, also of a daemon with another model. It holds names and pictures of people and is not encrypted: \
      keep it accordingly.
      """)

  @OptionGroup var shared: SharedOptions
  @Argument(help: "The folder to make.") var folder: String
  @Option(help: "The gallery.") var gallery = "default"

  private struct Output: Encodable {
    let folder: String
    let gallery: String
    let identities, faces, vectors, crops: Int
    let model: String
    let change: Int64
    let leftOut: [String]

    private enum CodingKeys: String, CodingKey {
      case folder, gallery, identities, faces, vectors, crops, model, change, leftOut = "left_out"
    }
  }

  func run() async throws {
    let manifest = try await write()
    if shared.json {
      return Terminal.printJSON(
        Output(
          folder: folder, gallery: gallery, identities: manifest.identities, faces: manifest.faces,
          vectors: manifest.vectors, crops: manifest.crops, model: manifest.model, change: manifest.change,
          leftOut: manifest.leftOut))
    }
    Terminal.print(
      "exported \(manifest.faces) faces of \(manifest.identities) identities (\(manifest.vectors) vectors, "
        + "\(manifest.crops) crops), at change \(manifest.change), to \(folder)")
    for sentence in manifest.leftOut { Terminal.print("left out: \(sentence)") }
  }

  private func write() async throws -> ExportFormat.Manifest {
    do {
      return try await shared.withDaemon { [gallery, folder] client in
        let request = Faced_V1_ExportGalleryRequest.with { $0.gallery = ResourceName.gallery(gallery) }
        return try await Faced_V1_TransferService.Client(wrapping: client).exportGallery(request) { response in
          // Made with the first answer: a refused call leaves nothing behind.
          var writer: ExportWriter?
          do {
            for try await part in response.messages {
              let target = try writer ?? ExportWriter(folder)
              writer = target
              try target.take(part)
            }
            guard let writer else { throw TransferError.damaged("the daemon's export is empty; run the command again") }
            return try writer.finish()
          } catch {
            writer?.discard()
            throw error
          }
        }
      }
    } catch let error as TransferError {
      throw error.failure
    }
  }
}
