package import FaceTypes
internal import Foundation
package import Logging
internal import VectorIndex

/// The files that spare a start the building of indexes: one for each gallery and model, written when the daemon stops.
///
/// They are derived: each is tied to the store's change number, and one that is missing, damaged or of another state
/// means that the index is built from the store. They hold embeddings, so none is there while the daemon runs: what is
/// deleted then cannot live on in them.
package struct IndexCheckpoints: Sendable {
  private let directory: String
  private let logger: Logger

  /// Below this many faces, building the index takes no longer than reading it.
  private static let worthwhile = 1_000

  package init(directory: String, logger: Logger) throws(EngineError) {
    try Directories.create(directory)
    self.directory = directory
    self.logger = logger
  }

  private func path(_ gallery: GalleryID, _ model: ModelID) -> String { "\(directory)/\(gallery).\(model).index" }

  /// The gallery's index as of the store's `sequence`; nil when it must be built.
  package func load(_ gallery: GalleryID, _ model: ModelID, dimension: Int, sequence: UInt64) -> GalleryIndex? {
    let path = path(gallery, model)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do throws(IndexError) {
      return try GalleryIndex(checkpoint: path, dimension: dimension, sequence: sequence)
    } catch {
      logger.notice("an index is built anew", metadata: ["gallery": "\(gallery)", "reason": "\(error.code)"])
      return nil
    }
  }

  /// Writes the indexes of a model. None of them may change meanwhile.
  package func write(_ indexes: [GalleryID: GalleryIndex], _ model: ModelID, sequence: UInt64) {
    for (gallery, index) in indexes where index.count >= Self.worthwhile {
      do throws(IndexError) {
        try index.write(to: path(gallery, model), sequence: sequence)
      } catch {
        logger.warning("an index is not kept", metadata: ["gallery": "\(gallery)", "reason": "\(error.message)"])
      }
    }
  }

  /// Removes all checkpoints: they have been read, or are of no use. Other files stay.
  package func discardAll() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    for name in names where name.hasSuffix(".index") || name.hasSuffix(".index.new") {
      try? FileManager.default.removeItem(atPath: "\(directory)/\(name)")
    }
  }
}
