internal import FaceStore
public import FaceTypes

/// What a switch would change: enrolled faces of people who have others, searched under both models.
public struct ModelComparison: Sendable {
  /// An identity and how far the face is from its template.
  public struct Near: Hashable, Sendable {
    /// The identity's number.
    public let identity: IdentityID
    /// Its display name.
    public let name: String
    /// Squared L2 from the face to the template, in [0, 4].
    public let distance: Float
  }

  /// A face whose nearest identity is another under the next model.
  public struct Change: Sendable {
    /// The gallery that the face is in.
    public let gallery: GalleryID
    /// The face's number.
    public let face: FaceID
    /// Whose it is.
    public let identity: IdentityID
    /// The display name of `identity`.
    public let name: String
    /// The nearest identity under the active model.
    public let before: Near
    /// The nearest identity under the next model.
    public let after: Near
  }

  /// A face that the next model will not find.
  public struct LeftOut: Sendable {
    /// Why there is nothing to embed: no crop was kept, or it cannot be read.
    public enum Reason: Sendable { case noCrop, cropDamaged }
    /// The gallery that the face is in.
    public let gallery: GalleryID
    /// The face's number.
    public let face: FaceID
    /// Whose it is.
    public let identity: IdentityID
    /// The display name of `identity`.
    public let name: String
    /// Why the next model will not find it.
    public let reason: Reason
  }

  /// The distances of one model, over the compared faces.
  public struct Distances: Sendable {
    /// The model that the distances were measured with.
    public let model: ModelID
    /// To the template of the face's own person, without the face; ascending.
    public internal(set) var own: [Float] = []
    /// To the template of the nearest other person; ascending, and none where there is nobody else.
    public internal(set) var others: [Float] = []
    /// How many of each lie within the threshold of their gallery.
    public internal(set) var ownWithin = 0
    /// As `ownWithin`, for `others`.
    public internal(set) var othersWithin = 0

    /// The distance below which a share of the faces lies; nil where there are none.
    public static func quantile(_ ascending: [Float], _ share: Double) -> Float? {
      ascending.isEmpty ? nil : ascending[min(ascending.count - 1, Int(share * Double(ascending.count)))]
    }
  }

  /// Faces that were searched under both models; at most `faceLimit`.
  public var compared = 0
  /// Those of them whose nearest identity is the same under both models.
  public var agreed = 0
  /// The distances under the active model.
  public var before: Distances
  /// The distances under the next model.
  public var after: Distances
  /// Every compared face whose nearest identity changes.
  public var changes: [Change] = []
  /// At most `leftOutLimit`, in the order of galleries and faces.
  public var leftOut: [LeftOut] = []
  /// All of them.
  public var leftOutCount: UInt64 = 0

  /// Faces that are compared at most.
  public static let faceLimit = 1_000
  /// The limit of `leftOut`.
  public static let leftOutLimit = 1_000

  init(before: ModelID, after: ModelID) {
    self.before = Distances(model: before)
    self.after = Distances(model: after)
  }
}
