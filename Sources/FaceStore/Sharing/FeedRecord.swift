internal import FaceTypes

/// What one committed group of changes was about, for daemons that keep something derived from the records: not what they have
/// become, which is to be read.
struct FeedRecord: Hashable, Sendable {
  /// Entries that are kept; who missed more compares everything.
  static let kept: UInt64 = 100_000

  /// Which store object wrote it, so that its own daemon need not look.
  let writer: UInt64
  /// Faces that came, went or changed hands, and such whose embeddings did, by the gallery's number.
  var faces: [UInt64: Set<FaceID>] = [:]
  /// Galleries that were deleted, whatever has their name now.
  var galleries: [GalleryID] = []
  /// Numbers of galleries whose calibration is another.
  var calibrations: Set<UInt64> = []
  /// Whether the set of models, or which of them answers, is another.
  var models = false
  /// Whether a job's state is another.
  var jobs = false

  init(writer: UInt64) { self.writer = writer }

  var isEmpty: Bool { faces.isEmpty && galleries.isEmpty && calibrations.isEmpty && !models && !jobs }

  var encoded: [UInt8] {
    var writer = RecordWriter()
    writer.put(self.writer)
    writer.put(models)
    writer.put(jobs)
    writer.put(UInt32(galleries.count))
    for gallery in galleries { writer.put(gallery.name) }
    writer.put(UInt32(calibrations.count))
    for gallery in calibrations { writer.put(gallery) }
    for (gallery, faces) in faces {
      for face in faces {
        writer.put(gallery)
        writer.put(face.value)
      }
    }
    return writer.bytes
  }

  init(_ value: [UInt8]) throws(StoreError) {
    var reader = try RecordReader(value, "feed entry")
    writer = try reader.integer()
    models = try reader.bool()
    jobs = try reader.bool()
    for _ in 0..<(try reader.integer(UInt32.self)) {
      guard let gallery = try? GalleryID(try reader.text()) else { throw reader.damaged("a gallery has no such name") }
      galleries.append(gallery)
    }
    for _ in 0..<(try reader.integer(UInt32.self)) { calibrations.insert(try reader.integer()) }
    let rest = try reader.rest(UInt64.self)
    for place in stride(from: 0, to: rest.count - 1, by: 2) {
      faces[rest[place], default: []].insert(FaceID(rest[place + 1]))
    }
  }

  /// Takes in that a record is put or deleted.
  ///
  /// - Parameter before: the record as it was committed; asked for where a gallery may be another by the same name.
  mutating func note(
    _ key: [UInt8], _ value: [UInt8]?, before: () throws(StoreError) -> [UInt8]?
  ) throws(StoreError) {
    switch key.first.flatMap(KeyKind.init) {
    case .face: faces[try Key.number(0, of: key), default: []].insert(FaceID(try Key.number(1, of: key)))
    case .embedding: faces[try Key.number(1, of: key), default: []].insert(FaceID(try Key.number(2, of: key)))
    case .gallery:
      guard let before = try before() else { return }
      let former = try GalleryEntry(key: key, value: before)
      if let value, try GalleryEntry(key: key, value: value).number == former.number { return }
      galleries.append(former.id)
    case .calibration: calibrations.insert(try Key.number(0, of: key))
    case .activeModel, .model: models = true
    case .job, .jobWish: jobs = true
    default: break
    }
  }
}
