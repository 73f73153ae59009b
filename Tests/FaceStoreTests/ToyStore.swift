import FaceStore
import FaceTypes

/// What a store should answer, kept in plain dictionaries.
struct ToyStore {
  struct Face: Equatable {
    var identity: IdentityID
    var crop: [UInt8]?
    var source: String?
    var embeddings: [ModelID: Embedding]
  }

  struct Gallery {
    var keepsCrops: Bool
    var names: [IdentityID: String] = [:]
    var faces: [FaceID: Face] = [:]
    var requests: [String: (identity: IdentityReference, photograph: [UInt8]?, result: EnrolledFace)] = [:]
    /// Faces of each photograph of each identity; none once they were deleted.
    var photographs: [IdentityID: [[UInt8]: Set<FaceID>]] = [:]
    /// Photographs that went with an identity, by its name.
    var deleted: Set<[UInt8]> = []
    var changes: [UInt64: ToyChange] = [:]

    /// The identity that an enrolment would be under, if it is there.
    func known(_ selector: IdentityReference) -> IdentityID? {
      switch selector {
      case .id(let id): names[id] == nil ? nil : id
      case .named(let name): id(named: name.text)
      }
    }

    /// Faces of the enrolment's photograph that are there.
    func enrolled(_ it: Enrolment) -> Set<FaceID> {
      guard let photograph = it.photograph, let id = known(it.identity) else { return [] }
      return photographs[id]?[photograph] ?? []
    }

    /// Whether the photograph was enrolled and deleted.
    func wasDeleted(_ it: Enrolment) -> Bool {
      guard let photograph = it.photograph else { return false }
      let id = known(it.identity)
      if let id, photographs[id]?[photograph]?.isEmpty == true { return true }
      let name: String? = if case .named(let name) = it.identity { name.text } else { id.flatMap { names[$0] } }
      return deleted.contains(Array((name ?? "").utf8) + [0xff] + photograph)
    }

    mutating func forget(_ face: FaceID) {
      guard let identity = faces.removeValue(forKey: face)?.identity else { return }
      photographs[identity] = photographs[identity]?.mapValues { $0.subtracting([face]) }
    }

    mutating func forget(_ identity: IdentityID) -> String? {
      for face in faces(of: identity) { faces[face] = nil }
      guard let name = names.removeValue(forKey: identity) else { return nil }
      eraseHistory(of: identity)
      for photograph in photographs.removeValue(forKey: identity)?.keys.map({ $0 }) ?? [] {
        deleted.insert(Array(name.utf8) + [0xff] + photograph)
      }
      return name
    }

    /// The request, if it still counts for this enrolment.
    func request(_ it: Enrolment) -> (identity: IdentityReference, photograph: [UInt8]?, result: EnrolledFace)? {
      guard let id = it.requestID, let first = requests[id] else { return nil }
      let isSame = first.identity == it.identity && first.photograph == it.photograph
      return isSame && it.again && faces[first.result.face] == nil ? nil : first
    }

    func id(named name: String) -> IdentityID? { names.first { $0.value == name }?.key }
    func faces(of identity: IdentityID) -> [FaceID] { faces.filter { $0.value.identity == identity }.keys.sorted() }
  }

  var galleries: [GalleryID: Gallery] = [:]
  /// Every id ever given out.
  var usedFaces: Set<FaceID> = []
  var usedIdentities: Set<IdentityID> = []

  /// What enrolling should throw, or nil.
  func refusal(of it: Enrolment) -> StoreError.Code? {
    guard let gallery = galleries[it.gallery] else { return .notFound }
    if let first = gallery.request(it) {
      return first.identity == it.identity && first.photograph == it.photograph ? nil : .alreadyExists
    }
    if case .id(let id) = it.identity, gallery.names[id] == nil { return .notFound }
    return gallery.enrolled(it).isEmpty && gallery.wasDeleted(it) && !it.again ? .deletedSince : nil
  }

  /// Takes over what the store says an accepted enrolment did, after checking that it may say so.
  mutating func accept(_ it: Enrolment, _ result: EnrolledFace) -> Bool {
    guard var gallery = galleries[it.gallery] else { return false }
    if let first = gallery.request(it)?.result {
      return result.replayed && result.face == first.face && result.identity == first.identity
        && result.createdIdentity == first.createdIdentity
    }
    let there = gallery.enrolled(it)
    guard there.isEmpty else { return result.replayed && there.contains(result.face) && !result.createdIdentity }
    guard !result.replayed, usedFaces.insert(result.face).inserted else { return false }
    switch it.identity {
    case .id(let id): guard result.identity == id, !result.createdIdentity else { return false }
    case .named(let name):
      if let known = gallery.id(named: name.text) {
        guard result.identity == known, !result.createdIdentity else { return false }
      } else {
        guard result.createdIdentity, usedIdentities.insert(result.identity).inserted else { return false }
        gallery.names[result.identity] = name.text
      }
    }
    gallery.faces[result.face] = Face(
      identity: result.identity, crop: gallery.keepsCrops ? it.crop : nil, source: it.source,
      embeddings: Dictionary(uniqueKeysWithValues: it.embeddings))
    if let photograph = it.photograph {
      gallery.photographs[result.identity, default: [:]][photograph] = [result.face]
      gallery.deleted.remove(Array((gallery.names[result.identity] ?? "").utf8) + [0xff] + photograph)
    }
    if let id = it.requestID { gallery.requests[id] = (it.identity, it.photograph, result) }
    galleries[it.gallery] = gallery
    return true
  }
}
