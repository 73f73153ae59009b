public import FaceStore
public import FaceTypes

/// A photograph to enroll and whom it shows.
public struct EnrollRequest: Sendable {
  /// Where to enroll; the gallery must exist.
  public var gallery: GalleryID
  /// Whom the photograph shows; a name that the gallery does not have makes a new identity.
  public var identity: IdentityReference
  /// The file's bytes; JPEG, PNG, WebP, HEIC or AVIF. Empty where `vector` is given.
  public var photo: [UInt8]
  /// In place of the photograph.
  public var vector: OutsideVector?
  /// Which of the photograph's faces are enrolled.
  public var selection: FaceSelection
  /// The place of the face that is meant, in place of the selection.
  public var box: Box?
  /// A retry with the same id enrolls nothing twice; at most `RequestLimits.requestIDBytes`.
  public var requestID: String?
  /// What the client calls the photograph; at most `RequestLimits.sourceBytes`.
  public var source: String?
  /// Enroll the photograph also when it was enrolled under the identity and deleted since.
  public var again: Bool
  /// Enroll the photograph also where its gallery refuses what speaks against it.
  public var force = false
  /// Whether findings may say whom a face looks like: not to callers who may enroll and not identify.
  public var namesOthers = true
  /// The smallest face that the photograph is searched for; nil means the daemon's own.
  public var minimumFace: MinimumFace?

  /// An enrolment that findings may refuse; set `force` to enroll all the same.
  public init(
    gallery: GalleryID, identity: IdentityReference, photo: [UInt8], selection: FaceSelection = .single,
    requestID: String? = nil, source: String? = nil, again: Bool = false
  ) {
    self.gallery = gallery
    self.identity = identity
    self.photo = photo
    self.selection = selection
    self.requestID = requestID
    self.source = source
    self.again = again
  }
}

/// What an enrolment added, or what a repeated one found.
public struct EnrollResult: Sendable {
  /// Whom the faces were enrolled under, with the counts after the enrolment.
  public let identity: IdentityRecord
  /// The enrolled faces, largest first; one, unless the selection was all.
  public let faces: [FaceRecord]
  /// Whether the enrolment made the identity.
  public let createdIdentity: Bool
  /// The request id was known: these are the faces of the first call.
  public let replayed: Bool
  /// The identity has the photograph's faces already: these are they.
  public let alreadyEnrolled: Bool
  /// What was odd about the photograph but did not keep it from being read.
  public let warnings: [PhotoWarning]
  /// What speaks against it, gravest first.
  public let findings: [EnrolmentFinding]
}

/// What an enrolment would do.
public struct EnrollPreview: Sendable {
  /// Whom the photograph would be enrolled under; nil for somebody new.
  public let identity: IdentityRecord?
  /// The faces that would be enrolled.
  public let faces: [DetectedFace]
  /// The identity has the photograph's faces already: nothing would be added.
  public let alreadyEnrolled: Bool
  /// What was odd about the photograph but did not keep it from being read.
  public let warnings: [PhotoWarning]
  /// What speaks against the enrolment, gravest first.
  public let findings: [EnrolmentFinding]
}
