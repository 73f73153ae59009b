package import FaceTypes

/// A face to be enrolled. Its text form leaves crop and embeddings out: they are biometric data and must not reach a
/// log line.
package struct Enrolment: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var gallery: GalleryID
  /// A name that the gallery does not have makes a new identity.
  package var identity: IdentityReference
  /// The client's own name for this enrolment, 1 to `StoreLimits.requestIDBytes` bytes, unique in the gallery. With
  /// it a retry enrols nothing and answers what the first try did.
  package var requestID: String?
  /// The SHA-256 of the photograph's bytes. While a face of it is enrolled under the identity, enrolling it again does
  /// nothing; once its faces were deleted, that is refused as `deletedSince`.
  package var photograph: [UInt8]?
  /// Enroll a photograph also when it was deleted.
  package var again = false
  /// The face comes from another store, by itself: where the photograph is enrolled under the identity without a face
  /// at this box, it joins the others.
  package var isCopy = false
  /// When it was first enrolled, in milliseconds since 1970 UTC; nil means now.
  package var createdAt: Int64?
  /// The canonical crop as JPEG, at most `StoreLimits.cropBytes`; not kept when the gallery keeps none.
  package var crop: [UInt8]?
  /// Where the photograph came from, at most `StoreLimits.sourceBytes`.
  package var source: String?
  /// Where the face is, in pixels of the upright photograph; `Box.none` for one that is known by its vector alone.
  package var box: Box
  /// The detector's confidence, in its own measure.
  package var score: Double
  package var quality: Double?
  /// Eyes, nose and mouth in pixels of the canonical crop; not kept when the crop is not.
  package var landmarks: Landmarks?
  /// The face under each model: the active one, and any other it is already known under.
  package var embeddings: [(ModelID, Embedding)]

  package init(
    gallery: GalleryID, identity: IdentityReference, requestID: String? = nil, photograph: [UInt8]? = nil,
    again: Bool = false, crop: [UInt8]? = nil,
    source: String? = nil, box: Box, score: Double, quality: Double? = nil, landmarks: Landmarks? = nil,
    embeddings: [(ModelID, Embedding)]
  ) {
    self.gallery = gallery
    self.identity = identity
    self.requestID = requestID
    self.photograph = photograph
    self.again = again
    self.crop = crop
    self.source = source
    self.box = box
    self.score = score
    self.quality = quality
    self.landmarks = landmarks
    self.embeddings = embeddings
  }

  package var description: String { "Enrolment(\(gallery), crop of \(crop?.count ?? 0) bytes)" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// What an enrolment did.
package struct EnrolledFace: Hashable, Sendable {
  package let face: FaceID
  package let identity: IdentityID
  /// Whether this enrolment created the identity.
  package let createdIdentity: Bool
  /// Whether this is the result of an earlier enrolment, of the same request id or the same photograph. By the request id
  /// alone, the face may have been deleted since.
  package let replayed: Bool
  /// Whether it is the photograph that was known.
  package var isKnownPhotograph = false
}
