public import FaceStore
public import FaceTypes

/// Something in a gallery that somebody should look at.
public struct ReviewFinding: Sendable {
  /// What there is to look at.
  public enum Kind: String, CaseIterable, Sendable {
    /// Two identities that look like one person.
    case duplicate = "DUPLICATE"
    /// A face that is nearer to another identity than to the others of its own.
    case mislabelled = "MISLABELLED"
    /// A face that is unlike the others of its identity, and like nobody else.
    case outlier = "OUTLIER"
    /// An identity with fewer faces than asked for.
    case fewFaces = "FEW_FACES"
    /// An identity of which every face is poor.
    case poorFaces = "POOR_FACES"
  }

  /// What there is to look at.
  public let kind: Kind
  /// The identity that it is about.
  public let identity: IdentityRecord
  /// Whom the identity, or its face, looks like.
  public var other: IdentityRecord?
  /// The face that the finding is about.
  public var face: FaceID?
  /// Squared L2 between the two templates, or from the face to the other identity's.
  public var distance: Float?
  /// From the face to the template of its identity's other faces.
  public var ownDistance: Float?
  /// The distance that the finding was judged by.
  public var threshold: Float?
  /// The best of the identity's qualities, where they are all poor.
  public var quality: Double?
}

/// What to look for in a gallery.
public struct ReviewRequest: Sendable {
  /// The gallery that is walked through.
  public var gallery: GalleryID
  /// Kinds that are looked for; all unless some are taken away.
  public var kinds = Set(ReviewFinding.Kind.allCases)
  /// Identities with fewer faces are told.
  public var minimumFaces = 2
  /// The share of identities that may be reported as duplicates by chance; nil means the daemon's own rate.
  public var falsePositiveRate: Double?

  /// A review for everything, at the daemon's own rate.
  public init(gallery: GalleryID) { self.gallery = gallery }
}
