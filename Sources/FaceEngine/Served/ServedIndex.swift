internal import FaceStore
package import FaceTypes
internal import Synchronization
package import VectorIndex

/// The faces of one gallery under one model, whose vectors a search server keeps. Whose face each is stays in memory, and templates
/// are made of the store's vectors when they are needed.
///
/// A change is pending until the server has it. Until then searches look at the store's vector of the face, and not at the
/// server's: so a daemon finds at once what it was told.
package final class ServedIndex: FaceIndex {
  let gallery: GalleryID
  let model: ModelID
  /// A compatible model whose vectors do for faces that have none of this one's.
  let stand: ModelID?
  let dimension: Int
  let keeper: SearchKeeper
  private let state: Mutex<State>

  /// A face of which the server may say something else than the store.
  struct Pending {
    /// Nil where it has to be read from the store.
    var embedding: Embedding?
    /// Not before this: another daemon is about to write it.
    var due: ContinuousClock.Instant
    /// Which change this is, over all indexes of the keeper.
    let turn: UInt64
  }

  struct State {
    var owners = ServedOwners()
    var pending: [FaceID: Pending] = [:]
    /// Faces that the server was found to lack and does not have yet.
    var missing = 0
    /// Whether the server has to be compared with the store.
    var isDoubtful = true
  }

  /// Pending changes whose vectors are kept in memory, and which a search goes through one by one.
  static let mostPending = 4_096

  init(_ gallery: GalleryID, _ model: ModelID, orElse stand: ModelID?, dimension: Int, _ keeper: SearchKeeper) {
    (self.gallery, self.model, self.stand) = (gallery, model, stand)
    (self.dimension, self.keeper) = (dimension, keeper)
    state = Mutex(State())
  }

  func withState<Value>(_ body: (inout sending State) -> sending Value) -> sending Value { state.withLock(body) }

  package var count: Int { state.withLock { $0.owners.identities.count } }

  package var recall: IndexRecall? { nil }

  package var identities: [FaceID: IdentityID] { state.withLock { $0.owners.identities } }

  package var templates: TemplateCounts { state.withLock { $0.owners.templates } }

  package func owner(of face: FaceID) -> IdentityID? { state.withLock { $0.owners.identities[face] } }

  package func add(_ face: FaceID, of identity: IdentityID, _ embedding: Embedding) throws(EngineError) {
    state.withLock { state in
      state.owners.put(face, of: identity)
      note(face, embedding, &state)
    }
    keeper.hurry()
  }

  package func add(contentsOf faces: [(face: FaceID, identity: IdentityID)], values: [Float]) throws(EngineError) {
    state.withLock { state in
      state.owners.reserve(faces.count)
      for (face, identity) in faces { state.owners.put(face, of: identity) }
    }
  }

  package func remove(_ face: FaceID) {
    state.withLock { state in
      guard state.owners.remove(face) else { return }
      note(face, nil, &state)
    }
    keeper.hurry()
  }

  package func move(_ faces: [FaceID], to identity: IdentityID) {
    state.withLock { state in
      for face in faces where state.owners.identities[face] != nil {
        state.owners.put(face, of: identity)
        note(face, nil, &state)
      }
    }
    keeper.hurry()
  }

  /// The server may say something else of these faces.
  func doubt(_ faces: [FaceID]) {
    state.withLock { state in for face in faces where state.pending[face] == nil { note(face, nil, &state) } }
  }

  /// Another daemon has changed these faces and is about to tell the server.
  func leaveToOthers(_ faces: [FaceID]) {
    let due = ContinuousClock.now + .milliseconds(500)
    state.withLock { state in for face in faces { state.pending[face]?.due = due } }
  }

  private func note(_ face: FaceID, _ embedding: Embedding?, _ state: inout State) {
    let kept = state.pending.count < Self.mostPending ? embedding : nil
    state.pending[face] = Pending(embedding: kept, due: .now, turn: keeper.nextTurn())
  }

  package func embedding(of face: FaceID) -> Embedding? {
    guard owner(of: face) != nil else { return nil }
    return try? keeper.store.embedding(gallery, model: model, orElse: stand, face: face)
  }

  package func template(of identity: IdentityID) -> IdentityTemplate? {
    let faces = state.withLock { $0.owners.faces(of: identity) }
    let known = (try? embeddings(of: faces)) ?? [:]
    guard !known.isEmpty else { return nil }
    return IdentityTemplate(known.sorted { $0.key < $1.key }.map(\.value), dimension: dimension)
  }

  /// The store's vectors of some faces, of those that it has.
  func embeddings(of faces: [FaceID]) throws(EngineError) -> [FaceID: Embedding] {
    var found: [FaceID: Embedding] = [:]
    for start in stride(from: 0, to: faces.count, by: 512) {
      let some = Array(faces[start..<min(start + 512, faces.count)])
      for (face, now) in try keeper.now(some, self) { found[face] = now.embeddings[model] }
    }
    return found
  }

  package func sample(_ faces: Int) -> [FaceID] {
    state.withLock { state in
      let owners = state.owners
      let known = owners.identities.filter { owners.faces(of: $0.value).count > 1 }.keys
      let step = max(1, known.count / max(1, faces))
      return Array(known.sorted().enumerated().filter { $0.offset % step == 0 }.map(\.element).prefix(faces))
    }
  }
}
