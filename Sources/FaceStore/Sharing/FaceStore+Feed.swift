package import FaceTypes
internal import Foundation

/// What changed in a shared store between two moments, all groups together.
package struct StoreChanges: Sendable {
  /// The change number up to which this tells everything.
  package internal(set) var number: UInt64
  /// Faces that came, went, changed hands or got an embedding.
  package internal(set) var faces: [GalleryID: Set<FaceID>] = [:]
  /// Galleries that were deleted, whatever has their name now.
  package internal(set) var galleries: Set<GalleryID> = []
  /// Galleries that were calibrated, or whose calibration was dropped.
  package internal(set) var calibrations: Set<GalleryID> = []
  /// Whether the set of models, or which of them answers, is another.
  package internal(set) var models = false
  /// Whether a job's state is another.
  package internal(set) var jobs = false
  /// Whether too much happened to be told: everything has to be compared.
  package internal(set) var isIncomplete = false

  /// Whether nothing happened.
  package var isEmpty: Bool {
    faces.isEmpty && galleries.isEmpty && calibrations.isEmpty && !models && !jobs && !isIncomplete
  }
}

extension FaceStore {
  /// Groups of changes that one answer tells of.
  private static let feedPage: UInt64 = 1000

  /// What was changed after a change number, by this daemon's other objects and by other daemons. What this object has
  /// acknowledged is left out.
  ///
  /// - Throws: `failedPrecondition` for a store that is not shared.
  package func changes(after number: UInt64) throws(StoreError) -> StoreChanges {
    guard isShared else { throw StoreError(.failedPrecondition, "nobody else changes this store") }
    return try readFixed { view throws(StoreError) in
      let next = try view.next(.change)
      var changes = StoreChanges(number: min(next - 1, number + Self.feedPage))
      guard number + FeedRecord.kept > next else {
        changes.number = next - 1
        changes.isIncomplete = true
        return changes
      }
      guard number < changes.number else { return changes }
      var names: [UInt64: GalleryID] = [:]
      for gallery in try view.galleries() { names[gallery.number] = gallery.id }
      let range = KeyRange(from: Key.feed(number + 1), upTo: Key.feed(changes.number + 1))
      try view.scan(range) { key, value throws(StoreError) in
        let entry = try FeedRecord(value)
        let number = try Key.number(0, of: key)
        if entry.writer == identity, acknowledged.contains(number) { return true }
        changes.models = changes.models || entry.models
        changes.jobs = changes.jobs || entry.jobs
        changes.galleries.formUnion(entry.galleries)
        for number in entry.calibrations { if let id = names[number] { changes.calibrations.insert(id) } }
        // Faces of a gallery that is not there any more went with it.
        for (number, faces) in entry.faces {
          if let id = names[number] { changes.faces[id, default: []].formUnion(faces) }
        }
        return true
      }
      acknowledged.forget(upTo: changes.number)
      return changes
    }
  }

  /// Waits until somebody has changed a shared store, or the time is over, which is also the most that a change stays unnoticed
  /// where the server has no NOTIFY. It blocks: call it on a thread of its own.
  package func waitForChanges(atMost milliseconds: Int) {
    guard let engine = try? gate.database() as? PostgreSQLEngine, engine.listener.wait(milliseconds) else {
      return Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
    }
  }
}

extension Transaction {
  /// Says in the feed what is pending. Each entry lets the one go that is too old to be kept.
  mutating func noteInFeed(_ writer: UInt64) throws(StoreError) {
    var entry = FeedRecord(writer: writer)
    for (key, value) in pendingChanges {
      try entry.note(key, value) { () throws(StoreError) in try view.value(key) }
    }
    guard !entry.isEmpty || changesEmbeddings else { return }
    let number = try take(.change)
    guard !entry.isEmpty else { return }
    put(Key.feed(number), entry.encoded)
    if number > FeedRecord.kept { delete(Key.feed(number - FeedRecord.kept)) }
    feedNumber = number
  }
}
