public import FaceTypes

/// A face that comes from another gallery or another program.
///
/// Its text form leaves crop and vector out: they are biometric data and must not reach a log line.
public struct ImportedFace: Sendable, CustomStringConvertible, CustomReflectable {
  /// Whose it is; the identity is made where the gallery has none of that name.
  public var name: DisplayName
  /// Under the request's model.
  public var vector: [Float]?
  /// The canonical crop as JPEG.
  public var crop: [UInt8]?
  /// In pixels of the crop.
  public var landmarks: Landmarks?
  /// Nil where no photograph is known.
  public var box: Box?
  public var score = 0.0
  public var quality: Double?
  public var source: String?
  /// Milliseconds since 1970 UTC; nil means now.
  public var createdAt: Int64?
  /// The SHA-256 of the photograph's bytes; where it is not known the crop's stands for it, or the vector's.
  public var photograph: [UInt8]?

  public init(name: DisplayName) { self.name = name }

  public var description: String { "ImportedFace" }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Faces to be added to a gallery as they are.
public struct ImportRequest: Sendable {
  public var gallery: GalleryID
  /// Whose vectors they are; nil where no face has one.
  public var model: ModelID?
  public var faces: [ImportedFace]
  /// Add faces also where they were deleted since.
  public var again = false

  public static let faceLimit = 1_000

  public init(gallery: GalleryID, model: ModelID?, faces: [ImportedFace]) {
    self.gallery = gallery
    self.model = model
    self.faces = faces
  }
}

/// What became of one face of an import.
public enum ImportOutcome: Sendable {
  case added(embeddedAnew: Bool, createdIdentity: Bool)
  /// It was there already.
  case known
  case refused(EngineError)
}
