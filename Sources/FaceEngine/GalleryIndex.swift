package import FaceTypes
internal import Synchronization
internal import VectorIndex

/// The faces of one gallery under one model, ready to be searched: vectors by face, and whose face each is.
package final class GalleryIndex: Sendable {
  package struct Nearest: Hashable, Sendable {
    package let identity: IdentityID
    /// The identity's face nearest to the probe.
    package let face: FaceID
    /// Squared L2.
    package let distance: Float
  }

  package struct Answer: Hashable, Sendable {
    /// Nearest first, one for each identity.
    package let identities: [Nearest]
    package let isExact: Bool
    /// Enrolled faces at the time of the search: the comparisons that a decision accounts for.
    package let comparisons: Int
  }

  private let vectors: VectorIndex
  private let owners = Mutex<[FaceID: IdentityID]>([:])

  package init(dimension: Int) {
    vectors = VectorIndex(dimension: dimension)
  }

  /// The index that `write` left, if it is of this state of the store.
  ///
  /// - Parameter sequence: the store's change number.
  /// - Throws: why the file is of no use; the index must then be built from the store.
  init(checkpoint path: String, dimension: Int, sequence: UInt64) throws(IndexError) {
    let (index, attachment) = try VectorIndex.read(checkpoint: path, dimension: dimension, sequence: sequence)
    vectors = index
    let pairs = OwnerPairs.decode(attachment)
    owners.withLock { owners in
      owners.reserveCapacity(pairs.count)
      for (face, identity) in pairs { owners[face] = identity }
    }
  }

  /// Writes a checkpoint; nothing may be added or removed meanwhile.
  func write(to path: String, sequence: UInt64) throws(IndexError) {
    let attachment = owners.withLock { OwnerPairs.encode($0) }
    try vectors.checkpoint(sequence: sequence, attachment: attachment).write(to: path)
  }

  package var count: Int { vectors.count }

  /// Makes a face findable. Its owner is known before its vector is: a search that finds one finds the other.
  package func add(_ face: FaceID, of identity: IdentityID, _ embedding: Embedding) throws(EngineError) {
    owners.withLock { $0[face] = identity }
    do throws(IndexError) {
      try vectors.add(face.value, embedding.values)
    } catch {
      _ = owners.withLock { $0.removeValue(forKey: face) }
      throw EngineError(error)
    }
  }

  /// The same for all the faces of a gallery at start-up.
  func add(contentsOf faces: [(face: FaceID, identity: IdentityID)], values: [Float]) throws(EngineError) {
    owners.withLock { owners in
      owners.reserveCapacity(owners.count + faces.count)
      for (face, identity) in faces { owners[face] = identity }
    }
    do throws(IndexError) {
      try vectors.add(contentsOf: faces.map(\.face.value), vectors: values)
    } catch {
      throw EngineError(error)
    }
  }

  /// No search that begins after this returns the face.
  func remove(_ face: FaceID) {
    vectors.remove(face.value)
    _ = owners.withLock { $0.removeValue(forKey: face) }
  }

  /// Up to `faces` faces, in no order that means anything: a sample for comparing two models.
  func sample(_ faces: Int) -> [FaceID] {
    owners.withLock { owners in
      let step = max(1, owners.count / max(1, faces))
      return Array(owners.keys.sorted().enumerated().filter { $0.offset % step == 0 }.map(\.element).prefix(faces))
    }
  }

  /// The nearest `count` identities, leaving `excluded` out.
  ///
  /// Faces are what is searched, so enough of them are asked for that `count` identities are likely among them, and
  /// more when they were not: identities with many faces crowd others out.
  package func search(_ probe: Embedding, count: Int, excluding excluded: FaceID? = nil) throws(EngineError) -> Answer {
    var wanted = max(32, 8 * count)
    let filter = excluded.map { SearchFilter.excluding([$0.value]) }
    while true {
      let result: SearchResult
      do throws(IndexError) {
        result = try vectors.search(probe.values, count: wanted, filter: filter)
      } catch {
        throw EngineError(error)
      }
      var seen: Set<IdentityID> = []
      var identities: [Nearest] = []
      owners.withLock { owners in
        for match in result.matches where identities.count < count {
          let face = FaceID(match.id)
          guard let identity = owners[face], seen.insert(identity).inserted else { continue }
          identities.append(Nearest(identity: identity, face: face, distance: match.squaredDistance))
        }
      }
      let sawAll = result.matches.count < wanted || wanted >= 4096
      if identities.count == count || sawAll {
        return Answer(identities: identities, isExact: result.mode == .exact, comparisons: vectors.count)
      }
      wanted *= 4
    }
  }
}
