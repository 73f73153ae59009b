internal import FaceTypes
internal import Foundation
internal import LevelDB

/// Makes a sound store of what can be read of a damaged one.
package struct StoreRepair: Sendable {
  package let findings: StoreFindings
  /// Where the damaged store is now; nil where nothing was damaged and nothing was done.
  package let putAside: String?

  /// - Throws: as `StoreExamination`; `io` where the new store cannot be written.
  package static func run(directory: String) async throws(StoreError) -> StoreRepair {
    let work = directory + ".repairing"
    let findings = try rebuild(directory, into: work)
    guard !findings.isInOrder else { return StoreRepair(findings: findings, putAside: nil) }
    let aside = directory + "-damaged-\(StoreOptions.wallClock())"
    // One after the other: were the machine to die between the two, the new store is beside under its work name, and
    // a daemon that finds tables there without a store says so rather than beginning anew.
    guard unsafe rename(directory, aside) == 0, unsafe rename(work, directory) == 0 else {
      throw StoreError(.io, "cannot put the repaired store in place: \(systemMessage(errno))")
    }
    return StoreRepair(findings: findings, putAside: aside)
  }

  private static func rebuild(_ directory: String, into work: String) throws(StoreError) -> StoreFindings {
    let (database, opening) = try StoreExamination.open(directory)
    let survey = try StoreSurvey(database)
    var findings = survey.findings
    findings.damages = opening + findings.damages
    guard !findings.isInOrder else { return findings }
    // What an earlier attempt left behind is a store of ours, made here.
    try mapped { () throws(LevelDBError) in try Database.destroy(path: work) }
    let target = try StoreRestorer(directory: work)
    let reader = DamagedReader(records: LevelDBEngine(database))
    try target.put(Key.header, survey.header.encoded)
    for kind in StoreSurvey.kinds where !StoreSurvey.understood.contains(kind) {
      try copy(KeyRange(prefix: [kind]), reader, target)
    }
    try copy(Key.range(.counter), reader, target)
    try copy(KeyRange(only: Key.activeModel), reader, target)
    // Those behind one that cannot be read come with their identities.
    try copy(Key.range(.dataKey), reader, target)
    // Checkpoints of the index are of another state now.
    var change = RecordWriter()
    change.put(survey.next(.change) + 1)
    try target.put(Key.counter(.change), change.bytes)
    for model in survey.models { try target.put(Key.model(model.record.id), model.encoded) }
    for gallery in survey.galleries { try put(gallery, survey, reader, target) }
    try target.finish()
    return findings
  }

  private static func copy(_ range: KeyRange, _ reader: DamagedReader, _ target: StoreRestorer) throws(StoreError) {
    var failure: StoreError?
    _ = reader.plain(range) { key, value in
      do throws(StoreError) { try target.put(key, value) } catch { failure = failure ?? error }
    }
    if let failure { throw failure }
  }

  private static func put(
    _ gallery: StoreSurvey.Gallery, _ survey: StoreSurvey, _ reader: DamagedReader, _ target: StoreRestorer
  ) throws(StoreError) {
    let number = gallery.entry.number
    var entry = gallery.entry
    entry.record.identityCount = UInt64(gallery.identities.count)
    entry.record.faceCount = UInt64(gallery.faces.count)
    try target.put(Key.gallery(entry.id), entry.encoded)
    let counts = Dictionary(grouping: gallery.faces.values, by: \.identity.value).mapValues { UInt64($0.count) }
    for (id, identity) in gallery.identities {
      var identity = identity
      identity.faceCount = counts[id] ?? 0
      try target.put(Key.identity(number, identity.id), identity.encoded)
      let dataKey = Key.dataKey(number, identity.id)
      if case .value(let wrapped) = reader.value(dataKey) { try target.put(dataKey, wrapped) }
      var name = RecordWriter()
      name.put(id)
      try target.put(Key.name(number, hash: survey.header.nameKey(identity.name.text.utf8)), name.bytes)
    }
    for (id, face) in gallery.faces {
      let record = gallery.crops.contains(id) ? face : face.withoutCrop
      try target.put(Key.face(number, face.id), record.encoded)
      try target.put(Key.identityFace(number, face.identity, face.id), [])
      if gallery.crops.contains(id), case .value(let crop) = reader.value(Key.crop(number, face.id)) {
        try target.put(Key.crop(number, face.id), crop)
      }
      for (model, faces) in gallery.embeddings where faces.contains(id) {
        let key = Key.embedding(model: model, number, face.id)
        if case .value(let bytes) = reader.value(key) { try target.put(key, bytes) }
      }
    }
  }
}

extension FaceRecord {
  /// The same face, of which no crop is kept.
  var withoutCrop: FaceRecord {
    FaceRecord(
      gallery: gallery, id: id, identity: identity, createdAt: createdAt, source: source, box: box, score: score,
      quality: quality, landmarks: nil, cropBytes: 0, photograph: photograph, digest: digest)
  }
}
