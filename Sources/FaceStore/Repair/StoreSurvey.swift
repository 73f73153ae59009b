internal import FaceTypes
internal import LevelDB

/// Everything of a store that can be read and agrees with the rest; what does not is a finding.
struct StoreSurvey {
  struct Gallery {
    let entry: GalleryEntry
    var identities: [UInt64: IdentityRecord] = [:]
    var faces: [UInt64: FaceRecord] = [:]
    /// Identities with faces whose data key cannot be read, in an encrypted store.
    var withoutKey: Set<UInt64> = []
    /// Faces whose crop can be read.
    var crops: Set<UInt64> = []
    /// Faces whose embedding under a model can be read, by the model's number.
    var embeddings: [UInt64: Set<UInt64>] = [:]
  }

  /// Kinds that the survey understands; all others are copied as they are.
  static let understood: Set<UInt8> = Set(
    [
      KeyKind.header, .counter, .activeModel, .gallery, .identity, .name, .face, .identityFace, .crop, .embedding,
      .model, .dataKey,
    ]
    .map(\.rawValue))
  static let kinds: ClosedRange<UInt8> = 0x01...0x7f

  let header: HeaderRecord
  private(set) var galleries: [Gallery] = []
  private(set) var models: [ModelEntry] = []
  private(set) var findings = StoreFindings()
  private let reader: DamagedReader
  private let isSealed: Bool
  private var overhead: Int { isSealed ? Sealing.overhead : 0 }

  /// Reads it all. Crops are read one at a time and not kept.
  init(_ database: Database) throws(StoreError) {
    reader = DamagedReader(records: LevelDBEngine(database))
    guard case .value(let header) = reader.value(Key.header) else {
      throw StoreError(.corruption, "the store's first record cannot be read; restore a backup")
    }
    self.header = try HeaderRecord(header)
    // Where it cannot be read itself, data keys say it too.
    if case .nothing = reader.value(Key.sealing) { isSealed = false } else { isSealed = true }
    readModels()
    readGalleries()
    for kind in Self.kinds where !Self.understood.contains(kind) {
      if !reader.plain(KeyRange(prefix: [kind]), { _, _ in }) {
        findings.damages.append(.init(what: "some records of kind \(kind) cannot be read, such as request ids"))
      }
    }
    findings.galleries = UInt64(galleries.count)
    findings.identities = UInt64(galleries.reduce(0) { $0 + $1.identities.count })
    findings.faces = UInt64(galleries.reduce(0) { $0 + $1.faces.count })
  }

  func next(_ counter: Counter) -> UInt64 {
    guard case .value(let value) = reader.value(Key.counter(counter)), var reader = try? RecordReader(value, "counter"),
      let next = try? reader.integer(UInt64.self)
    else { return 1 }
    return next
  }

  private mutating func readModels() {
    var (models, damages) = (models, findings.damages)
    let isWhole = reader.plain(Key.range(.model)) { key, value in
      if let entry = try? ModelEntry(key: key, value: value) {
        models.append(entry)
      } else {
        damages.append(.init(what: "a model's record cannot be read; add the model again"))
      }
    }
    if !isWhole { damages.append(.init(what: "some models' records cannot be read; add the models again")) }
    (self.models, findings.damages) = (models, damages)
  }

  private mutating func readGalleries() {
    var (entries, damages) = ([GalleryEntry](), findings.damages)
    let isWhole = reader.plain(Key.range(.gallery)) { key, value in
      if let entry = try? GalleryEntry(key: key, value: value) {
        entries.append(entry)
      } else {
        damages.append(
          .init(gallery: String(decoding: key.dropFirst(), as: UTF8.self), what: "its record cannot be read"))
      }
    }
    if !isWhole { damages.append(.init(what: "some galleries cannot be read")) }
    findings.damages = damages
    for entry in entries { readGallery(entry) }
  }

  private mutating func readGallery(_ entry: GalleryEntry) {
    var gallery = Gallery(entry: entry)
    var damages: [StoreFindings.Damage] = []
    let name = entry.id.name
    let number = entry.number
    reader.numbered(
      Key.range(.identity, number), key: { Key.key(.identity, number, $0) },
      number: { try? Key.number(1, of: $0) }, end: next(.identity)
    ) { key, value in
      guard let id = try? Key.number(1, of: key) else { return }
      if let record = try? IdentityRecord(value, gallery: entry.id, id: IdentityID(id)) {
        gallery.identities[id] = record
      } else {
        damages.append(.init(gallery: name, what: "the record of identity \(id) cannot be read"))
      }
    } lost: {
      damages.append(.init(gallery: name, what: "the record of identity \($0) cannot be read"))
    }
    reader.numbered(
      Key.range(.face, number), key: { Key.key(.face, number, $0) }, number: { try? Key.number(1, of: $0) },
      end: next(.face)
    ) { key, value in
      guard let id = try? Key.number(1, of: key) else { return }
      guard let record = try? FaceRecord(value, gallery: entry.id, id: FaceID(id)) else {
        damages.append(.init(gallery: name, face: id, what: "its record cannot be read; enroll it again"))
        return
      }
      guard gallery.identities[record.identity.value] != nil else {
        damages.append(.init(gallery: name, face: id, what: "its identity \(record.identity) cannot be read"))
        return
      }
      gallery.faces[id] = record
    } lost: {
      damages.append(.init(gallery: name, face: $0, what: "its record cannot be read; enroll it again"))
    }
    if isSealed { readDataKeys(of: &gallery, &damages) }
    for id in gallery.faces.keys.sorted() { readPayload(id, in: &gallery, &damages) }
    checkIndexes(of: gallery, &damages)
    galleries.append(gallery)
    findings.damages += damages
  }

  private func readDataKeys(of gallery: inout Gallery, _ damages: inout [StoreFindings.Damage]) {
    for id in Set(gallery.faces.values.map(\.identity.value)).sorted() {
      if case .value = reader.value(Key.dataKey(gallery.entry.number, IdentityID(id))) { continue }
      gallery.withoutKey.insert(id)
      damages.append(
        .init(
          gallery: gallery.entry.id.name, identity: gallery.identities[id]?.name.text,
          what: "its data key is lost, and with it its crops and embeddings; enroll it again"))
    }
  }

  private func readPayload(_ id: UInt64, in gallery: inout Gallery, _ damages: inout [StoreFindings.Damage]) {
    guard let record = gallery.faces[id], !gallery.withoutKey.contains(record.identity.value) else { return }
    let (name, number) = (gallery.entry.id.name, gallery.entry.number)
    let who = gallery.identities[record.identity.value]?.name.text
    if record.cropBytes > 0 {
      if case .value(let crop) = reader.value(Key.crop(number, record.id)),
        crop.count == record.cropBytes + overhead
      {
        gallery.crops.insert(id)
      } else {
        damages.append(
          .init(gallery: name, identity: who, face: id, what: "its crop is lost; a later model cannot carry it over"))
      }
    }
    for model in models {
      switch reader.value(Key.embedding(model: model.number, number, record.id)) {
      case .value(let bytes) where bytes.count == 4 * model.record.embeddingSize + overhead:
        gallery.embeddings[model.number, default: []].insert(id)
      case .nothing: break
      case .value, .unreadable:
        damages.append(
          .init(
            gallery: name, identity: who, face: id, what: "its embedding under model \(model.record.id.short) is lost"))
      }
    }
  }

  /// Names and counts, which can be made anew.
  private func checkIndexes(of gallery: Gallery, _ damages: inout [StoreFindings.Damage]) {
    let (name, number) = (gallery.entry.id.name, gallery.entry.number)
    let counts = Dictionary(grouping: gallery.faces.values, by: \.identity.value).mapValues { UInt64($0.count) }
    for (id, identity) in gallery.identities.sorted(by: { $0.key < $1.key }) {
      if case .value(let value) = reader.value(Key.name(number, hash: header.nameKey(identity.name.text.utf8))),
        var record = try? RecordReader(value, "name"), (try? record.integer(UInt64.self)) == id
      {
      } else {
        damages.append(.init(gallery: name, identity: identity.name.text, what: "it is not found by its name"))
      }
      if counts[id] ?? 0 != identity.faceCount {
        damages.append(
          .init(
            gallery: name, identity: identity.name.text,
            what: "it should have \(identity.faceCount) faces, and \(counts[id] ?? 0) can be read"))
      }
    }
  }
}
