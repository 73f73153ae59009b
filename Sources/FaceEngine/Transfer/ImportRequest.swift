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
  /// The detector's confidence, on its own scale; 0 where it is not known.
  public var score = 0.0
  /// `FaceQuality.overall`, 0 to 1; nil where it is not known.
  public var quality: Double?
  /// Where the photograph came from, such as a file's name.
  public var source: String?
  /// Milliseconds since 1970 UTC; nil means now.
  public var createdAt: Int64?
  /// The SHA-256 of the photograph's bytes; where it is not known the crop's stands for it, or the vector's.
  public var photograph: [UInt8]?

  /// A face of which only the name is known; it needs a crop or a vector to be imported.
  public init(name: DisplayName) { self.name = name }

  /// The type's name alone.
  public var description: String { "ImportedFace" }
  /// Empty, so that a dump of the value shows no biometric data.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Faces to be added to a gallery as they are.
public struct ImportRequest: Sendable {
  /// The gallery that the faces are added to; it must exist.
  public var gallery: GalleryID
  /// Whose vectors they are; nil where no face has one.
  public var model: ModelID?
  /// At most `RequestLimits.importedFaces`; each is answered by itself.
  public var faces: [ImportedFace]
  /// Add faces also where they were deleted since.
  public var again = false

  /// An import that leaves out what was deleted since; set `again` to add that too.
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
