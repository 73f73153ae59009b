package import FaceTypes
package import VectorIndex

/// What the engine asks of the faces of one gallery under one model: who is nearest, and whose face each is. Two kinds answer:
/// `GalleryIndex`, with every vector in memory, and `ServedIndex`, whose vectors a search server keeps.
package protocol FaceIndex: AnyObject, Sendable {
  /// Faces that can be found.
  var count: Int { get }
  /// How much of the nearest is found; nil where nobody measures it.
  var recall: IndexRecall? { get }
  /// Whose face each is, of all that can be found.
  var identities: [FaceID: IdentityID] { get }
  /// Identities with a face that can be found, by the number of their faces.
  var templates: TemplateCounts { get }

  /// Makes a face findable by every search that begins after this.
  func add(_ face: FaceID, of identity: IdentityID, _ embedding: Embedding) throws(EngineError)
  /// The same for all the faces of a gallery at start-up, from the store: vector i is elements i·dimension ..< (i + 1)·dimension.
  func add(contentsOf faces: [(face: FaceID, identity: IdentityID)], values: [Float]) throws(EngineError)
  /// No search that begins after this returns the face.
  func remove(_ face: FaceID)
  /// Makes faces another identity's: every search sees all of them there, or none. Nothing may be added or removed meanwhile.
  func move(_ faces: [FaceID], to identity: IdentityID)

  func owner(of face: FaceID) -> IdentityID?
  /// The vector of a face that can be found.
  func embedding(of face: FaceID) -> Embedding?
  /// What is known of an identity's looks; nil for one without a face.
  func template(of identity: IdentityID) -> IdentityTemplate?
  /// Up to `faces` faces of people who have others, in no order that means anything: a sample for comparing two models.
  func sample(_ faces: Int) -> [FaceID]

  /// The nearest `count` identities, nearest template first, leaving the face `excluded` out.
  ///
  /// - Parameter subset: nil means all.
  /// - Throws: `SEARCH_UNAVAILABLE`, `SEARCH_BEHIND` where a server searches.
  func search(
    _ probe: Embedding, count: Int, excluding excluded: FaceID?, subset: IdentitySubset?
  ) throws(EngineError) -> NearestIdentities
}

extension FaceIndex {
  package func search(
    _ probe: Embedding, count: Int, excluding excluded: FaceID? = nil
  ) throws(EngineError) -> NearestIdentities {
    try search(probe, count: count, excluding: excluded, subset: nil)
  }

  /// Every face that can be found.
  var faces: Set<FaceID> { Set(identities.keys) }
}
