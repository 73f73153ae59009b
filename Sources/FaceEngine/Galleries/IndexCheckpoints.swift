internal import Dispatch
package import FaceTypes
internal import Foundation
package import Logging
internal import Synchronization
package import VectorIndex

/// The files that spare a start the building of indexes: one for each gallery of the active model, written in the
/// background and when the daemon stops.
///
/// They are derived: each is tied to the store's change number. An older one is brought up to date from the store, and
/// one that is missing or damaged means that the index is built from the store. They hold embeddings, so a gallery's
/// file is removed with the first deletion in it, before that is answered, and written again later.
package final class IndexCheckpoints: Sendable {
  private struct State {
    /// `GalleryIndex.changes` when the file was written, for each gallery that has one.
    var kept: [GalleryID: UInt64] = [:]
    /// How often the gallery's file was taken away: a file that was begun before does not stay.
    var takenAway: [GalleryID: UInt64] = [:]
    /// When the gallery's file was last written, taken away, or found to be missing.
    var since: [GalleryID: ContinuousClock.Instant] = [:]
    var lastEnd: ContinuousClock.Instant?
    var lastCost = Duration.zero
  }

  private let directory: String
  private let options: CheckpointOptions
  private let seal: (any CheckpointSeal)?
  private let logger: Logger
  private let state = Mutex(State())
  /// Everything that touches the files passes here, one after the other.
  private let files = DispatchQueue(label: "faced.index.checkpoints", qos: .utility)

  package init(
    directory: String, options: CheckpointOptions = CheckpointOptions(), seal: (any CheckpointSeal)? = nil,
    logger: Logger
  ) throws(EngineError) {
    try Directories.create(directory)
    self.directory = directory
    self.options = options
    self.seal = seal
    self.logger = logger
  }

  private func path(_ gallery: GalleryID, _ model: ModelID) -> String { "\(directory)/\(gallery).\(model).index" }

  /// The gallery's index and the change number that it is of, which may be older than the store's; nil when it must be
  /// built.
  ///
  /// - Parameter sequence: the store's change number.
  /// - Throws: `STORE_DAMAGED` when the file is of a later change than the store: then the store has lost some.
  package func load(
    _ gallery: GalleryID, _ model: ModelID, dimension: Int, upTo sequence: UInt64
  ) throws(EngineError) -> (index: GalleryIndex, sequence: UInt64)? {
    let path = path(gallery, model)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let read: (index: GalleryIndex, sequence: UInt64)
    do throws(IndexError) {
      read = try GalleryIndex.read(checkpoint: path, dimension: dimension, seal)
    } catch {
      logger.notice("an index is built anew", metadata: ["gallery": "\(gallery)", "reason": "\(error.code)"])
      return nil
    }
    guard read.sequence <= sequence else { throw ChangeMark.lost(stands: sequence, had: read.sequence) }
    state.withLock {
      $0.kept[gallery] = read.index.changes
      $0.since[gallery] = .now
    }
    return read
  }

  /// Whether it is time to write the gallery's file.
  package func isDue(_ gallery: GalleryID, _ index: GalleryIndex, at now: ContinuousClock.Instant = .now) -> Bool {
    guard index.count >= options.minimumFaces else { return false }
    return state.withLock { state in
      // The disk has other work: no more than a part of the time is spent on checkpoints.
      if let end = state.lastEnd, now - end < state.lastCost * options.restFactor { return false }
      guard let since = state.since[gallery] else {
        state.since[gallery] = now
        return false
      }
      guard let kept = state.kept[gallery] else { return now - since >= options.quiet }
      let changes = index.changes - kept
      guard changes > 0 else { return false }
      return changes >= UInt64(max(options.changes, index.count / 20)) || now - since >= options.interval
    }
  }

  /// What a file will hold. To be made while nothing is added or removed; it is written later.
  package func prepare(_ gallery: GalleryID, _ index: GalleryIndex, _ model: ModelID, sequence: UInt64) -> Prepared {
    Prepared(
      gallery: gallery, path: path(gallery, model), changes: index.changes,
      generation: state.withLock { $0.takenAway[gallery, default: 0] }, snapshot: index.snapshot(sequence: sequence))
  }

  package struct Prepared: Sendable {
    fileprivate let gallery: GalleryID
    fileprivate let path: String
    fileprivate let changes: UInt64
    fileprivate let generation: UInt64
    fileprivate let snapshot: GalleryIndex.Snapshot
  }

  /// Writes a file, unless it is taken away meanwhile.
  package func write(_ prepared: Prepared) async {
    await withCheckedContinuation { continuation in
      files.async {
        self.writeNow(prepared)
        continuation.resume()
      }
    }
  }

  /// The same for several, waiting for it.
  package func writeAll(_ all: [Prepared]) { files.sync { for prepared in all { writeNow(prepared) } } }

  private func writeNow(_ prepared: Prepared) {
    let gallery = prepared.gallery
    let start = ContinuousClock.now
    var failed = false
    do throws(IndexError) {
      try prepared.snapshot.write(to: prepared.path, seal) {
        self.state.withLock { $0.takenAway[gallery, default: 0] } == prepared.generation
      }
    } catch {
      failed = true
      if error.code != .checkpointUnwanted {
        logger.warning("an index is not kept", metadata: ["gallery": "\(gallery)", "reason": "\(error.message)"])
      }
    }
    let isWanted = state.withLock { state in
      state.lastEnd = .now
      state.lastCost = failed ? options.interval / options.restFactor : .now - start
      state.since[gallery] = .now
      let isWanted = !failed && state.takenAway[gallery, default: 0] == prepared.generation
      state.kept[gallery] = isWanted ? prepared.changes : nil
      return isWanted
    }
    // Whoever takes it away while it is renamed waits for this queue, and removes it then.
    if isWanted {
      logger.debug("index checkpoint", metadata: ["gallery": "\(gallery)", "took": "\(ContinuousClock.now - start)"])
    }
  }

  /// Removes a gallery's files because something in them was deleted. When it returns they are gone.
  package func takeAway(_ gallery: GalleryID) async {
    state.withLock { state in
      state.takenAway[gallery, default: 0] += 1
      state.kept[gallery] = nil
      state.since[gallery] = .now
    }
    await remove { $0.hasPrefix("\(gallery).") }
  }

  /// Removes all files: they are of another model.
  package func takeAllAway() async {
    state.withLock { state in
      for gallery in Set(state.kept.keys).union(state.since.keys) { state.takenAway[gallery, default: 0] += 1 }
      state.kept = [:]
      state.since = [:]
    }
    await remove { _ in true }
  }

  private func remove(where isMeant: @escaping @Sendable (String) -> Bool) async {
    await withCheckedContinuation { continuation in
      files.async { [directory] in
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        for name in names where (name.hasSuffix(".index") || name.hasSuffix(".index.new")) && isMeant(name) {
          try? FileManager.default.removeItem(atPath: "\(directory)/\(name)")
        }
        continuation.resume()
      }
    }
  }

  /// Removes what no gallery of the model needs: files of other models and galleries, and what a kill left half
  /// written. Other files stay.
  package func keepOnly(_ galleries: Set<GalleryID>, of model: ModelID) {
    let wanted = Set(galleries.map { "\($0).\(model).index" })
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    for name in names where name.hasSuffix(".index.new") || (name.hasSuffix(".index") && !wanted.contains(name)) {
      try? FileManager.default.removeItem(atPath: "\(directory)/\(name)")
    }
  }

  /// Galleries that have a file of their index.
  package var galleries: Set<GalleryID> { state.withLock { Set($0.kept.keys) } }
}
