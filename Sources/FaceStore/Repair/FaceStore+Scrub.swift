public import FaceTypes

/// Something of a face that cannot be read any more.
public struct FaceDamage: Hashable, Sendable {
  /// The gallery that the face is in.
  public let gallery: GalleryID
  /// The face's number.
  public let face: FaceID
  /// `crop`, `embedding` or `face record`.
  public let part: String
}

/// What one step of a scrub has read.
package struct ScrubStep: Sendable {
  package internal(set) var faces = 0
  package internal(set) var bytes = 0
  package internal(set) var damages: [FaceDamage] = []
  /// The number to go on from; nil when the gallery has no more faces.
  package internal(set) var next: FaceID?
}

extension FaceStore {
  /// Face numbers that one step looks at.
  static let scrubStep: UInt64 = 200

  /// Reads some faces of a gallery with everything that is kept of them; LevelDB compares the checksum of every block on
  /// the way. What cannot be read is a finding, and the reading goes on behind it.
  ///
  /// - Parameter from: the first face number to look at.
  /// - Throws: `notFound` for an unknown gallery; `corruption` where not even its own record can be read.
  package func scrub(_ gallery: GalleryID, from: FaceID) throws(StoreError) -> ScrubStep {
    guard !isShared else {
      throw StoreError(.failedPrecondition, "PostgreSQL checks its own pages; use `pg_amcheck`")
    }
    return try readFixed { view throws(StoreError) in
      let entry = try view.gallery(gallery)
      let end = try view.next(.face)
      let models = try view.models()
      let overhead = view.sealing == nil ? 0 : Sealing.overhead
      let reader = DamagedReader(records: view.records)
      let last = min(end, max(1, from.value) + Self.scrubStep)
      var step = ScrubStep()
      let key = { (number: UInt64) in Key.face(entry.number, FaceID(number)) }
      reader.numbered(
        KeyRange(from: key(max(1, from.value)), upTo: key(last)), key: key, number: { try? Key.number(1, of: $0) },
        from: max(1, from.value), end: last
      ) { key, value in
        guard let number = try? Key.number(1, of: key) else { return }
        step.read(FaceID(number), value, of: entry, models, reader, overhead)
      } lost: { number in
        step.damages.append(FaceDamage(gallery: gallery, face: FaceID(number), part: "face record"))
      }
      if last < end { step.next = FaceID(last) }
      return step
    }
  }
}

extension ScrubStep {
  fileprivate mutating func read(
    _ face: FaceID, _ value: [UInt8], of gallery: GalleryEntry, _ models: [ModelEntry], _ reader: DamagedReader,
    _ overhead: Int
  ) {
    faces += 1
    bytes += value.count
    func damage(_ part: String) -> FaceDamage { FaceDamage(gallery: gallery.id, face: face, part: part) }
    guard let record = try? FaceRecord(value, gallery: gallery.id, id: face) else {
      damages.append(damage("face record"))
      return
    }
    if record.cropBytes > 0 {
      if case .value(let crop) = reader.value(Key.crop(gallery.number, face)),
        crop.count == record.cropBytes + overhead
      {
        bytes += crop.count
      } else {
        damages.append(damage("crop"))
      }
    }
    for model in models {
      switch reader.value(Key.embedding(model: model.number, gallery.number, face)) {
      case .nothing: break
      case .value(let embedding) where embedding.count == 4 * model.record.embeddingSize + overhead:
        bytes += embedding.count
      case .value, .unreadable: damages.append(damage("embedding"))
      }
    }
  }
}
