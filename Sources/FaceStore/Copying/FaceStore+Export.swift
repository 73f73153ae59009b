public import FaceTypes

/// A gallery at one moment, as it begins to be exported.
public struct GalleryExport: Hashable, Sendable {
  /// The gallery as it was at that moment.
  public let gallery: GalleryRecord
  /// The store's change number at that moment: what has a greater one is not in the export.
  public let changeNumber: UInt64
  /// The model whose embeddings are given; nil where none is active.
  public let model: ModelRecord?
}

/// A face with what is kept of it.
///
/// Its text form leaves crop and embedding out: they are biometric data and must not reach a log line.
public struct ExportedFace: Sendable, CustomStringConvertible, CustomReflectable {
  /// Number, identity, place and quality.
  public let record: FaceRecord
  /// The canonical crop as JPEG.
  public let crop: [UInt8]?
  /// Under the active model.
  public let embedding: Embedding?

  /// The face's number alone.
  public var description: String { "ExportedFace(\(record.id))" }
  /// Empty, so that a dump of the value shows no biometric data.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension FaceStore {
  /// Gives a gallery out as of one moment: what it is, its identities, then its faces, each in the order of their numbers.
  /// Changes go on meanwhile; a purge waits until it is over, as it waits for every reader.
  ///
  /// - Throws: what the bodies throw, and `StoreError`: `notFound` for an unknown gallery, `corruption`.
  package func export(
    _ gallery: GalleryID, begin: (GalleryExport) throws -> Void, identity: (IdentityRecord) throws -> Void,
    face: (ExportedFace) throws -> Void
  ) throws {
    var thrown: (any Error)?
    /// Runs a body, whose error ends the walk.
    func goesOn(_ body: () throws -> Void) -> Bool {
      do { try body() } catch { thrown = error }
      return thrown == nil
    }
    try readFixed { view throws(StoreError) in
      let entry = try view.gallery(gallery)
      let active = try view.activeModel()
      let model = try view.models().first { $0.record.id == active }
      let start = GalleryExport(gallery: entry.record, changeNumber: try view.next(.change), model: model?.record)
      guard goesOn({ try begin(start) }) else { return }
      try view.scan(Key.range(.identity, entry.number)) { key, value throws(StoreError) in
        let record = try IdentityRecord(value, gallery: gallery, id: IdentityID(try Key.number(1, of: key)))
        return goesOn { try identity(record) }
      }
      guard thrown == nil else { return }
      try view.scan(Key.range(.face, entry.number)) { key, value throws(StoreError) in
        let id = FaceID(try Key.number(1, of: key))
        let record = try FaceRecord(value, gallery: gallery, id: id)
        let exported = ExportedFace(
          record: record, crop: try view.payload(Key.crop(entry.number, id), of: record.identity, in: entry.number),
          embedding: try view.embedding(of: record, in: entry, under: model))
        return goesOn { try face(exported) }
      }
    }
    if let thrown { throw thrown }
  }
}

extension View {
  fileprivate func embedding(
    of face: FaceRecord, in gallery: GalleryEntry, under model: ModelEntry?
  ) throws(StoreError) -> Embedding? {
    guard let model else { return nil }
    let key = Key.embedding(model: model.number, gallery.number, face.id)
    guard let bytes = try payload(key, of: face.identity, in: gallery.number) else { return nil }
    return try Embedding(stored: bytes, size: model.record.embeddingSize)
  }
}
