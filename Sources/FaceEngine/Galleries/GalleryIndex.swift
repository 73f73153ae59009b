package import FaceTypes
internal import Synchronization
package import VectorIndex

/// The faces of one gallery under one model in memory, ready to be searched: vectors by face, and whose face each is.
package final class GalleryIndex: FaceIndex {
  private let vectors: VectorIndex
  private let owners: Mutex<Owners>
  private let changed = Atomic<UInt64>(0)

  package init(dimension: Int) {
    vectors = VectorIndex(dimension: dimension)
    owners = Mutex(Owners(dimension: dimension))
  }

  private init(_ vectors: VectorIndex, _ owners: Owners) {
    self.vectors = vectors
    self.owners = Mutex(owners)
  }

  /// The index that a snapshot left in a file, and the change number of the store that it is of.
  ///
  /// - Throws: why the file is of no use; the index must then be built from the store.
  static func read(
    checkpoint path: String, dimension: Int, _ seal: (any CheckpointSeal)?
  ) throws(IndexError) -> (index: GalleryIndex, UInt64) {
    let (vectors, attachment, sequence) = try VectorIndex.read(
      checkpoint: path, dimension: dimension, sequences: 0...UInt64.max, seal: seal)
    var owners = Owners(dimension: dimension)
    owners.adopt(OwnerPairs.decode(attachment)) { vectors.vector($0.value) }
    return (GalleryIndex(vectors, owners), sequence)
  }

  /// The index at one moment, to be written to a file.
  struct Snapshot: Sendable {
    fileprivate let vectors: IndexCheckpoint
    fileprivate let owners: [FaceID: IdentityID]

    /// - Throws: `checkpointUnwritable`, `checkpointUnwanted`.
    func write(
      to path: String, _ seal: (any CheckpointSeal)?, while isWanted: () -> Bool = { true }
    ) throws(IndexError) {
      try vectors.write(to: path, attachment: OwnerPairs.encode(owners), seal: seal, while: isWanted)
    }
  }

  /// Nothing may be added or removed meanwhile.
  func snapshot(sequence: UInt64) -> Snapshot {
    Snapshot(vectors: vectors.checkpoint(sequence: sequence), owners: owners.withLock { $0.identities })
  }

  /// How often faces were added and removed since the index was made or read.
  package var changes: UInt64 { changed.load(ordering: .relaxed) }

  /// Whose face each is, of all that can be found.
  package var identities: [FaceID: IdentityID] { owners.withLock { $0.identities } }

  package var count: Int { vectors.count }

  /// The vectors by their faces, where they are so many that they have lists; nil otherwise.
  var lists: VectorIndex? { vectors.statistics.lists > 0 ? vectors : nil }

  package var recall: IndexRecall? { vectors.recall }

  /// Makes a face findable. Its owner is known before its vector is: a search that finds one finds the other.
  package func add(_ face: FaceID, of identity: IdentityID, _ embedding: Embedding) throws(EngineError) {
    owners.withLock { $0.note(face, of: identity) }
    do throws(IndexError) {
      try vectors.add(face.value, embedding.values)
    } catch {
      owners.withLock { $0.forget(face) }
      throw EngineError(error)
    }
    learn(face, of: identity)
  }

  /// Takes a findable face into its person's template, as the index keeps it: so the template is the same when it is made
  /// of a checkpoint, and what is taken out of it later is what was put in. Reading a vector may wait for a writer, so it is
  /// not read under the lock that searches take.
  private func learn(_ face: FaceID, of identity: IdentityID) {
    changed.add(1, ordering: .relaxed)
    guard let values = vectors.vector(face.value) else { return }
    var learnt = false
    while !learnt {
      let beside = owners.withLock { $0.only(of: identity) }.map { ($0, vectors.vector($0.value)) }
      learnt = owners.withLock { $0.learn(face, of: identity, values, beside: beside) }
    }
  }

  /// The same for all the faces of a gallery at start-up.
  package func add(contentsOf faces: [(face: FaceID, identity: IdentityID)], values: [Float]) throws(EngineError) {
    owners.withLock { owners in
      owners.reserve(faces.count)
      for (face, identity) in faces { owners.note(face, of: identity) }
    }
    do throws(IndexError) {
      try vectors.add(contentsOf: faces.map(\.face.value), vectors: values)
    } catch {
      throw EngineError(error)
    }
    for (face, identity) in faces { learn(face, of: identity) }
  }

  /// No search that begins after this returns the face.
  package func remove(_ face: FaceID) {
    // Of two who remove the same face one finds it.
    guard let vector = vectors.vector(face.value), vectors.remove(face.value) else { return }
    owners.withLock { $0.unlearn(face, vector) }
    changed.add(1, ordering: .relaxed)
  }

  /// Makes faces another identity's: every search sees all of them there, or none. Nothing may be added or removed
  /// meanwhile.
  package func move(_ faces: [FaceID], to identity: IdentityID) {
    let found = faces.compactMap { face in vectors.vector(face.value).map { (face, $0) } }
    let beside = owners.withLock { $0.only(of: identity) }.map { ($0, vectors.vector($0.value)) }
    owners.withLock { $0.move(found, to: identity, beside: beside) }
  }

  package func owner(of face: FaceID) -> IdentityID? { owners.withLock { $0.identities[face] } }

  /// The vector of a face that can be found.
  package func embedding(of face: FaceID) -> Embedding? { vectors.vector(face.value).map { Embedding(unit: $0) } }

  /// Identities with a face that can be found, by the number of their faces.
  package var templates: TemplateCounts { owners.withLock { $0.templates } }

  /// What is known of an identity's looks; nil for one without a face.
  package func template(of identity: IdentityID) -> IdentityTemplate? {
    let (several, only) = owners.withLock { ($0.template(of: identity), $0.only(of: identity)) }
    if several != nil { return several }
    guard let vector = only.flatMap({ vectors.vector($0.value) }) else { return nil }
    var template = IdentityTemplate(dimension: vectors.dimension)
    template.add(vector)
    return template
  }

  /// Up to `faces` faces of people who have others, in no order that means anything: a sample for comparing two models.
  package func sample(_ faces: Int) -> [FaceID] {
    owners.withLock { owners in
      let known = owners.identities.filter { owners.only(of: $0.value) == nil }.keys
      let step = max(1, known.count / max(1, faces))
      return Array(known.sorted().enumerated().filter { $0.offset % step == 0 }.map(\.element).prefix(faces))
    }
  }

  /// The nearest `count` identities, leaving the face `excluded` out.
  ///
  /// Faces are what is searched, so enough of them are asked for that `count` identities are likely among them, and
  /// more when they were not: identities with many faces crowd others out. All identities that were found are then
  /// ordered by the distance to their templates.
  ///
  /// - Parameter subset: nil means all; a search of a subset compares every face of it that is among few.
  package func search(
    _ probe: Embedding, count: Int, excluding excluded: FaceID?, subset: IdentitySubset?
  ) throws(EngineError) -> NearestIdentities {
    var wanted = max(32, 8 * count)
    let (filter, templates) = filter(subset, excluded)
    while true {
      let result: SearchResult
      do throws(IndexError) {
        result = try vectors.search(probe.values, count: wanted, filter: filter)
      } catch {
        throw EngineError(error)
      }
      let identities = byTemplate(result.matches, probe, excluding: excluded)
      let sawAll = result.matches.count < wanted || wanted >= 4096
      if identities.count >= count || sawAll {
        return NearestIdentities(
          identities: Array(identities.prefix(count)), certainty: SearchCertainty(result), templates: templates)
      }
      wanted *= 4
    }
  }

  /// What the scan lets through, and which identities that is.
  private func filter(_ subset: IdentitySubset?, _ excluded: FaceID?) -> (SearchFilter?, TemplateCounts) {
    let left: Set<UInt64> = excluded.map { [$0.value] } ?? []
    return owners.withLock { owners in
      switch subset {
      case nil: return (left.isEmpty ? nil : .excluding(left), owners.templates)
      case .only(let people):
        let faces = owners.faces(of: people)
        return (.only(faces.subtracting(left)), owners.templates(of: people))
      case .except(let people):
        return (
          .excluding(owners.faces(of: people).union(left)), owners.templates - owners.templates(of: people)
        )
      }
    }
  }

  /// The identities of the faces, nearest template first.
  private func byTemplate(_ matches: [Match], _ probe: Embedding, excluding excluded: FaceID?) -> [NearestIdentity] {
    let left = excluded.flatMap { face in vectors.vector(face.value).map { (face, $0) } }
    var found: [(nearest: NearestIdentity, template: IdentityTemplate?)] = []
    // Templates are copied under the lock, which copies no numbers, and compared outside.
    owners.withLock { owners in
      var seen: Set<IdentityID> = []
      for match in matches {
        let face = FaceID(match.id)
        guard let identity = owners.identities[face], seen.insert(identity).inserted else { continue }
        var template = owners.template(of: identity)
        if let (face, vector) = left, owners.identities[face] == identity { template?.remove(vector) }
        found.append((NearestIdentity(identity: identity, face: face, distance: match.squaredDistance), template))
      }
    }
    return found.map { nearest, template in
      let distance = template?.squaredDistance(to: probe) ?? nearest.distance
      return NearestIdentity(identity: nearest.identity, face: nearest.face, distance: distance)
    }.sorted { ($0.distance, $0.identity) < ($1.distance, $1.identity) }
  }
}
