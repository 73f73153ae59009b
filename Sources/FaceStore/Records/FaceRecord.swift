public import FaceTypes

/// An enrolled face, without its crop and embeddings, which have calls of their own.
public struct FaceRecord: Hashable, Sendable {
  /// The gallery that the face is in.
  public let gallery: GalleryID
  /// Its number, also in the vector index.
  public let id: FaceID
  /// Whose face it is; corrections change it.
  public internal(set) var identity: IdentityID
  /// Milliseconds since 1970 UTC.
  public let createdAt: Int64
  /// Where the client said the photograph came from, such as a file's name; at most `StoreLimits.sourceBytes`.
  public let source: String?
  /// Where the face was, in pixels of the upright photograph; `Box.none` for one that is known by its vector alone.
  public let box: Box
  /// The detector's confidence, in its own measure.
  public let score: Double
  /// `FaceQuality.overall` at enrolment, 0 to 1; nil where it was not measured.
  public let quality: Double?
  /// Eyes, nose and mouth in pixels of the kept canonical crop, which is not turned; nil where the detector found none, and
  /// where no crop is kept.
  public let landmarks: Landmarks?
  /// Bytes of the kept canonical crop; 0 when there is none.
  public let cropBytes: Int
  /// The key of the photograph that it was found in (`PhotographRecord`); nil where that is not known.
  let photograph: [UInt8]?
  /// The SHA-256 of that photograph's bytes; nil where it is not known, as for faces from before it was kept.
  public let digest: [UInt8]?
}

extension FaceRecord {
  init(_ value: [UInt8], gallery: GalleryID, id: FaceID) throws(StoreError) {
    var reader = try RecordReader(value, "face", versions: 1...Self.version)
    self.gallery = gallery
    self.id = id
    identity = IdentityID(try reader.integer())
    createdAt = try reader.integer()
    cropBytes = Int(try reader.integer(UInt32.self))
    box = Box(
      x: try reader.double(), y: try reader.double(), width: try reader.double(), height: try reader.double())
    score = try reader.double()
    quality = try reader.optional { reader throws(StoreError) in try reader.double() }
    source = try reader.optional { reader throws(StoreError) in try reader.text() }
    // Version 1 ends here.
    landmarks = reader.version == 1 ? nil : try reader.optional { reader throws(StoreError) in try reader.landmarks() }
    // Version 2 ends here.
    photograph =
      reader.version < 3
      ? nil : try reader.optional { reader throws(StoreError) in Array(try reader.raw(PhotographRecord.hashBytes)) }
    // Version 3 ends here.
    digest =
      reader.version < 4
      ? nil : try reader.optional { reader throws(StoreError) in Array(try reader.raw(PhotographRecord.digestBytes)) }
    try reader.finish()
  }

  var encoded: [UInt8] {
    var writer = RecordWriter(version: Self.version)
    writer.put(identity.value)
    writer.put(createdAt)
    writer.put(UInt32(cropBytes))
    for value in [box.x, box.y, box.width, box.height, score] { writer.put(value) }
    writer.put(quality) { $0.put($1) }
    writer.put(source) { $0.put($1) }
    writer.put(landmarks) { writer, landmarks in
      for point in landmarks.points {
        writer.put(point.x)
        writer.put(point.y)
      }
    }
    writer.put(photograph) { $0.put(raw: $1) }
    writer.put(digest) { $0.put(raw: $1) }
    return writer.bytes
  }

  /// What is written; version 1, without landmarks, version 2, without photograph, and version 3, without its digest,
  /// are read as well.
  static let version: UInt8 = 4

  /// Bytes before the fields of variable size; the identity is the first of them, after the version.
  static let fixedBytes = 1 + 8 + 8 + 4 + 5 * 8
}

extension RecordReader {
  fileprivate mutating func landmarks() throws(StoreError) -> Landmarks {
    var points: [Point] = []
    for _ in 0..<5 { points.append(Point(x: try double(), y: try double())) }
    guard points.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else { throw damaged("a landmark is no number") }
    return Landmarks(
      rightEye: points[0], leftEye: points[1], nose: points[2], rightMouth: points[3], leftMouth: points[4])
  }
}
