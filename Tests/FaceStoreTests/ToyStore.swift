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
    var requests: [String: (identity: IdentitySelector, result: EnrolledFace)] = [:]

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
    if let id = it.requestID, let first = gallery.requests[id] {
      return first.identity == it.identity ? nil : .alreadyExists
    }
    if case .id(let id) = it.identity, gallery.names[id] == nil { return .notFound }
    return nil
  }

  /// Takes over what the store says an accepted enrolment did, after checking that it may say so.
  mutating func accept(_ it: Enrolment, _ result: EnrolledFace) -> Bool {
    guard var gallery = galleries[it.gallery] else { return false }
    if let id = it.requestID, let first = gallery.requests[id]?.result {
      return result.replayed && result.face == first.face && result.identity == first.identity
        && result.createdIdentity == first.createdIdentity
    }
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
    if let id = it.requestID { gallery.requests[id] = (it.identity, result) }
    galleries[it.gallery] = gallery
    return true
  }
}
