internal import FaceTypes
internal import Synchronization
internal import VectorIndex

/// The faces of one gallery under one model, ready to be searched: vectors by face, and whose face each is.
final class GalleryIndex: Sendable {
  struct Nearest: Sendable {
    let identity: IdentityID
    /// The identity's face nearest to the probe.
    let face: FaceID
    /// Squared L2.
    let distance: Float
  }

  struct Answer: Sendable {
    /// Nearest first, one for each identity.
    let identities: [Nearest]
    let isExact: Bool
    /// Enrolled faces at the time of the search: the comparisons that a decision accounts for.
    let comparisons: Int
  }

  private let vectors: VectorIndex
  private let owners = Mutex<[FaceID: IdentityID]>([:])

  init(dimension: Int) {
    vectors = VectorIndex(dimension: dimension)
  }

  /// Makes a face findable. Its owner is known before its vector is: a search that finds one finds the other.
  func add(_ face: FaceID, of identity: IdentityID, _ embedding: Embedding) throws(EngineError) {
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
  func search(_ probe: Embedding, count: Int, excluding excluded: FaceID? = nil) throws(EngineError) -> Answer {
    var wanted = max(32, 8 * count)
    while true {
      let result: SearchResult
      do throws(IndexError) {
        result = try vectors.search(probe.values, count: wanted)
      } catch {
        throw EngineError(error)
      }
      var seen: Set<IdentityID> = []
      var identities: [Nearest] = []
      owners.withLock { owners in
        for match in result.matches where identities.count < count && match.id != excluded?.value {
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
