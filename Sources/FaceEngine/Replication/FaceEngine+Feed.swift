internal import FaceStore
internal import FaceTypes
internal import Foundation
internal import Logging
internal import Synchronization

// A daemon that shares its store keeps its indexes as the others change it: it reads which records were changed, and makes the
// indexes say what the store says of them by now. So nothing depends on the order in which it learns of changes, or on how often.

extension FaceEngine {
  /// A change of another daemon is looked for at least this often.
  private static let patience = 500

  /// Follows the others until the task is cancelled.
  func followStore() async {
    guard store.isShared else { return }
    var looked = ContinuousClock.now
    while !Task.isCancelled {
      await withCheckedContinuation { continuation in
        replica.thread.async { [store] in
          store.waitForChanges(atMost: Self.patience)
          continuation.resume()
        }
      }
      guard !Task.isCancelled else { return }
      do throws(EngineError) {
        try await catchUpWithFeed()
        if .now - looked > .seconds(2) {
          try await lookAfterJobs()
          looked = .now
        }
      } catch {
        if error.reason == .storeUnavailable { store.noteUnavailable(error.message) }
        if replica.fail(error.message) {
          logger.error("changes made by other daemons do not arrive", metadata: ["reason": "\(error.message)"])
        }
      }
    }
  }

  private func catchUpWithFeed() async throws(EngineError) {
    var isAll = false
    while !isAll, !Task.isCancelled {
      let position = replica.position
      let changes = try translating { () throws(StoreError) in try store.changes(after: position) }
      if !changes.isEmpty { try await apply(changes) }
      isAll = changes.number == position
      replica.advance(to: changes.number, isAll: isAll)
    }
  }

  private func apply(_ changes: StoreChanges) async throws(EngineError) {
    if changes.models || changes.jobs || changes.isIncomplete { try await followModels() }
    if changes.isIncomplete { return await reconcile() }
    if !changes.galleries.isEmpty { try await follow(deleted: changes.galleries) }
    for (gallery, faces) in changes.faces {
      var isGone = false
      let faces = faces.sorted()
      for start in stride(from: 0, to: faces.count, by: 64) {
        let some = Array(faces[start..<min(start + 64, faces.count)])
        // Beside enrolments, but never amid a deletion of this daemon.
        let gone = try await gate.shared { [self] () async throws(EngineError) in try agree(gallery, some) }
        isGone = isGone || gone
      }
      if isGone { await checkpoints.takeAway(gallery) }
    }
    for gallery in changes.calibrations {
      for model in currentView().models { model.forgetCalibration(of: gallery) }
    }
  }

  private func follow(deleted galleries: Set<GalleryID>) async throws(EngineError) {
    try await gate.alone { [self] () async throws(EngineError) in
      let view = currentView()
      for gallery in galleries {
        for model in view.models { model.dropIndex(of: gallery) }
        guard try translating({ () throws(StoreError) in try store.gallery(gallery) }) != nil else { continue }
        _ = try view.active.reconcile(gallery, with: store, orElse: view.active.stand)
        _ = try view.next?.reconcile(gallery, with: store, orElse: nil)
      }
    }
    for gallery in galleries { await checkpoints.takeAway(gallery) }
  }

  /// Makes the indexes say of some faces what the store says.
  ///
  /// - Returns: whether any of them is gone.
  private func agree(_ gallery: GalleryID, _ faces: [FaceID]) throws(EngineError) -> Bool {
    let view = currentView()
    let wanted = view.models.map { model in (model.id, model === view.active ? model.stand : nil) }
    return try replica.settling.withLock { _ throws(EngineError) in
      let now = try translating { () throws(StoreError) in try store.now(gallery, faces, under: wanted) }
      var isGone = false
      for face in faces {
        for model in view.models {
          let index = model.index(of: gallery)
          let owner = index.owner(of: face)
          guard let there = now[face] else {
            if owner != nil {
              index.remove(face)
              isGone = true
            }
            continue
          }
          if let owner {
            if owner != there.identity { index.move([face], to: there.identity) }
          } else if let embedding = there.embeddings[model.id], embedding.isUnit {
            try index.add(face, of: there.identity, embedding)
          }
        }
      }
      for model in view.models { (model.index(of: gallery) as? ServedIndex)?.leaveToOthers(faces) }
      return isGone
    }
  }

  /// Shows a face that this daemon has enrolled, unless another one has deleted it since; under whoever it is of by now.
  func settle(_ face: FaceID, _ enrolment: Enrolment, _ models: [ServingModel]) throws(EngineError) {
    try replica.settling.withLock { _ throws(EngineError) in
      let now = try translating { () throws(StoreError) in try store.now(enrolment.gallery, [face], under: []) }
      guard let there = now[face] else { return }
      for model in models {
        let index = model.index(of: enrolment.gallery)
        guard index.owner(of: face) == nil,
          let embedding = enrolment.embeddings.first(where: { $0.0 == model.id })?.1
        else { continue }
        try index.add(face, of: there.identity, embedding)
      }
    }
  }
}
