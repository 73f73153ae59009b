internal import FaceStore
public import FaceTypes

/// What a switch would change: enrolled faces of people who have others, searched under both models.
public struct ModelComparison: Sendable {
  /// An identity and how far the face is from its template.
  public struct Near: Hashable, Sendable {
    public let identity: IdentityID
    public let name: String
    public let distance: Float
  }

  /// A face whose nearest identity is another under the next model.
  public struct Change: Sendable {
    public let gallery: GalleryID
    public let face: FaceID
    /// Whose it is.
    public let identity: IdentityID
    public let name: String
    public let before: Near
    public let after: Near
  }

  /// A face that the next model will not find.
  public struct LeftOut: Sendable {
    public enum Reason: Sendable { case noCrop, cropDamaged }
    public let gallery: GalleryID
    public let face: FaceID
    public let identity: IdentityID
    public let name: String
    public let reason: Reason
  }

  /// The distances of one model, over the compared faces.
  public struct Distances: Sendable {
    public let model: ModelID
    /// To the template of the face's own person, without the face; ascending.
    public internal(set) var own: [Float] = []
    /// To the template of the nearest other person; ascending, and none where there is nobody else.
    public internal(set) var others: [Float] = []
    /// How many of each lie within the threshold of their gallery.
    public internal(set) var ownWithin = 0
    public internal(set) var othersWithin = 0

    /// The distance below which a share of the faces lies; nil where there are none.
    public static func quantile(_ ascending: [Float], _ share: Double) -> Float? {
      ascending.isEmpty ? nil : ascending[min(ascending.count - 1, Int(share * Double(ascending.count)))]
    }
  }

  public var compared = 0
  public var agreed = 0
  public var before: Distances
  public var after: Distances
  public var changes: [Change] = []
  /// At most `leftOutLimit`, in the order of galleries and faces.
  public var leftOut: [LeftOut] = []
  /// All of them.
  public var leftOutCount: UInt64 = 0

  /// Faces that are compared at most.
  public static let faceLimit = 1_000
  public static let leftOutLimit = 1_000

  init(before: ModelID, after: ModelID) {
    self.before = Distances(model: before)
    self.after = Distances(model: after)
  }
}
