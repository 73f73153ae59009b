internal import FaceTypes

extension FaceStore {
  /// Walks every record and checks that they agree; for tests and for a look at a store that is in doubt. It holds all
  /// ids in memory.
  ///
  /// - Throws: `corruption`, with the first thing that does not agree.
  package func checkInvariants() throws(StoreError) {
    try readFixed { view throws(StoreError) in
      var check = InvariantCheck(overhead: view.sealing == nil ? 0 : Sealing.overhead)
      try view.scan(.all) { key, value throws(StoreError) in
        try check.take(key, value)
        return true
      }
      try check.finish(view)
    }
  }
}

/// All ids of a store, gathered in one walk and then compared.
private struct InvariantCheck {
  struct Gallery {
    var entry: GalleryEntry
    var identities: [IdentityID: IdentityRecord] = [:]
    var names: [[UInt8]: IdentityID] = [:]
    var faces: [FaceID: FaceRecord] = [:]
    var links: [FaceID: IdentityID] = [:]
    var crops: [FaceID: Int] = [:]
    var requests: [[UInt8]: RequestRecord] = [:]
    var requestTimes: [[UInt8]: Int64] = [:]
    /// The hash of each face's photograph, as the photographs' records say it.
    var photographs: [FaceID: [UInt8]] = [:]
    var owners: [FaceID: IdentityID] = [:]
    var changes: [UInt64: ChangeRecord] = [:]
    var payloads: Set<UInt64> = []
    var calibrations: [ModelID] = []
    var apart: [IdentityID: Set<IdentityID>] = [:]
    var dataKeys: Set<IdentityID> = []
  }

  /// Bytes that a sealed value has more than a plain one.
  let overhead: Int
  var galleries: [UInt64: Gallery] = [:]
  var models: [UInt64: ModelEntry] = [:]
  var embeddings: [(model: UInt64, gallery: UInt64, face: FaceID, bytes: Int)] = []
  var jobs: [JobID] = []
  var notes: [CleanupRecord] = []
  var cleanups: [UInt64] = []
  var strays: Set<UInt64> = []

  func require(_ condition: Bool, _ message: @autoclosure () -> String) throws(StoreError) {
    guard condition else { throw StoreError(.corruption, message()) }
  }

  mutating func take(_ key: [UInt8], _ value: [UInt8]) throws(StoreError) {
    guard let kind = key.first.flatMap({ KeyKind(rawValue: $0) }) else {
      throw StoreError(.corruption, "a key is of no known kind")
    }
    switch kind {
    case .header, .counter, .activeModel, .sealing, .copying, .jobEmbedding, .modelPart, .jobWish, .document, .feed:
      break
    case .gallery:
      let entry = try GalleryEntry(key: key, value: value)
      try require(galleries[entry.number] == nil, "two galleries have the number \(entry.number)")
      galleries[entry.number] = Gallery(entry: entry)
    case .model:
      let entry = try ModelEntry(key: key, value: value)
      try require(models[entry.number] == nil, "two models have the number \(entry.number)")
      models[entry.number] = entry
    case .job:
      let id = JobID(try Key.number(0, of: key))
      jobs.append(try JobRecord(value, id: id).id)
    case .cleanup:
      cleanups.append(try Key.number(0, of: key))
      notes.append(try CleanupRecord(value))
    case .embedding:
      embeddings.append(
        (try Key.number(0, of: key), try Key.number(1, of: key), FaceID(try Key.number(2, of: key)), value.count))
    case .requestTime:
      galleries[try Key.number(1, of: key)]?.requestTimes[Array(key[17...])] = Int64(try Key.number(0, of: key))
    case .identity, .name, .face, .identityFace, .crop, .request, .photograph, .deletedPhotograph, .change,
      .changePayload, .apart, .calibration, .dataKey:
      try takeOfGallery(kind, try Key.number(0, of: key), key, value)
    }
  }

  private mutating func takeOfGallery(
    _ kind: KeyKind, _ number: UInt64, _ key: [UInt8], _ value: [UInt8]
  ) throws(StoreError) {
    guard var gallery = galleries.removeValue(forKey: number) else {
      strays.insert(number)
      return
    }
    defer { galleries[number] = gallery }
    switch kind {
    case .identity:
      let id = IdentityID(try Key.number(1, of: key))
      gallery.identities[id] = try IdentityRecord(value, gallery: gallery.entry.id, id: id)
    case .name:
      var reader = try RecordReader(value, "name")
      gallery.names[key] = IdentityID(try reader.integer())
    case .face:
      let id = FaceID(try Key.number(1, of: key))
      gallery.faces[id] = try FaceRecord(value, gallery: gallery.entry.id, id: id)
    case .identityFace: gallery.links[FaceID(try Key.number(2, of: key))] = IdentityID(try Key.number(1, of: key))
    case .crop: gallery.crops[FaceID(try Key.number(1, of: key))] = value.count - overhead
    case .dataKey: gallery.dataKeys.insert(IdentityID(try Key.number(1, of: key)))
    case .request: gallery.requests[Array(key[9...])] = try RequestRecord(value)
    case .photograph:
      for face in try PhotographRecord(value).faces {
        gallery.photographs[face] = Array(key.suffix(PhotographRecord.hashBytes))
        gallery.owners[face] = IdentityID(try Key.number(1, of: key))
      }
    case .change:
      let number = try Key.number(1, of: key)
      gallery.changes[number] = try ChangeRecord(value, gallery: gallery.entry.id, number: number)
    case .changePayload:
      _ = try ChangePayload(value, gallery: gallery.entry.id)
      gallery.payloads.insert(try Key.number(1, of: key))
    case .calibration: gallery.calibrations.append(try ModelID(bytes: key.dropFirst(9)))
    case .apart:
      gallery.apart[IdentityID(try Key.number(1, of: key)), default: []].insert(IdentityID(try Key.number(2, of: key)))
    default: break
    }
  }

  func finish(_ view: View) throws(StoreError) {
    for gallery in galleries.values { try finish(gallery, view) }
    let dying = Set(
      notes.compactMap { note -> UInt64? in if case .gallery(let number) = note { number } else { nil } })
    let dropped = Set(
      notes.compactMap { note -> UInt64? in if case .embeddings(let model) = note { model } else { nil } })
    try require(strays.isSubset(of: dying), "records of a gallery that is not there are not on their way out")
    for embedding in embeddings {
      guard let model = models[embedding.model] else {
        try require(dropped.contains(embedding.model), "an embedding is under a model that is not there")
        continue
      }
      try require(
        embedding.bytes == 4 * model.record.embeddingSize + overhead,
        "face \(embedding.face) has an embedding of a wrong size")
      guard let gallery = galleries[embedding.gallery] else {
        try require(dying.contains(embedding.gallery), "an embedding is in a gallery that is not there")
        continue
      }
      try require(gallery.faces[embedding.face] != nil, "an embedding is of face \(embedding.face), which is not there")
    }
    let known = Set(models.values.map(\.record.id))
    try require(
      galleries.values.allSatisfy { known.isSuperset(of: $0.calibrations) },
      "a calibration is of a model that is not there")
    let active = models.values.filter { $0.record.state == .active }.map(\.record.id)
    try require(active == (try view.activeModel().map { [$0] } ?? []), "the active model is not the one marked active")
    try finishCounters(view)
  }

  private func finish(_ gallery: Gallery, _ view: View) throws(StoreError) {
    let name = gallery.entry.id
    try require(
      gallery.entry.record.identityCount == UInt64(gallery.identities.count),
      "gallery '\(name)' miscounts its identities")
    try require(
      gallery.entry.record.faceCount == UInt64(gallery.faces.count), "gallery '\(name)' miscounts its faces")
    try require(gallery.names.count == gallery.identities.count, "gallery '\(name)' has a name without identity")
    for identity in gallery.identities.values {
      try require(
        gallery.names[view.nameKey(identity.name, in: gallery.entry)] == identity.id,
        "identity \(identity.id) is not found by its name")
    }
    try require(gallery.links == gallery.faces.mapValues(\.identity), "gallery '\(name)' has a face on a wrong list")
    let counts = Dictionary(grouping: gallery.links.values) { $0 }.mapValues { UInt64($0.count) }
    try require(
      counts == gallery.identities.mapValues(\.faceCount).filter { $0.value > 0 },
      "an identity of gallery '\(name)' miscounts its faces")
    try require(
      gallery.crops == gallery.faces.mapValues(\.cropBytes).filter { $0.value > 0 },
      "gallery '\(name)' has a crop too many, too few or of a wrong size")
    try require(
      gallery.faces.values.allSatisfy { $0.landmarks == nil || $0.cropBytes > 0 },
      "a face of gallery '\(name)' has landmarks of a crop that is not kept")
    try require(
      gallery.photographs == gallery.faces.compactMapValues(\.photograph)
        && gallery.owners.allSatisfy { gallery.faces[$0.key]?.identity == $0.value },
      "gallery '\(name)' has a photograph with a wrong face, or a face without its photograph")
    try require(
      gallery.requestTimes == gallery.requests.mapValues(\.createdAt), "gallery '\(name)' has a request without time")
    for (identity, others) in gallery.apart {
      try require(
        gallery.identities[identity] != nil
          && others.allSatisfy { $0 != identity && gallery.apart[$0]?.contains(identity) == true },
        "gallery '\(name)' keeps somebody apart who is not there, or one of two alone")
    }
    try finishHistory(gallery)
    let undoable = gallery.changes.values.filter { $0.kind == .merge && $0.state == .inForce }.map(\.from)
    try require(
      overhead == 0 || Set(gallery.faces.values.map(\.identity)).isSubset(of: gallery.dataKeys),
      "gallery '\(name)' has an identity whose data key is missing")
    try require(
      gallery.dataKeys.isSubset(of: Set(gallery.identities.keys).union(undoable)),
      "gallery '\(name)' has a data key of nobody")
  }

  private func finishHistory(_ gallery: Gallery) throws(StoreError) {
    let undoable = Set(gallery.changes.filter { $0.value.state == .inForce }.keys)
    try require(
      gallery.payloads == undoable,
      "gallery '\(gallery.entry.id)' has a change that can be undone without what it needs")
  }

  private func finishCounters(_ view: View) throws(StoreError) {
    let used: [(Counter, UInt64?)] = [
      (.gallery, galleries.keys.max()), (.model, models.keys.max()), (.job, jobs.map(\.value).max()),
      (.cleanup, cleanups.max()), (.identity, galleries.values.flatMap(\.identities.keys).map(\.value).max()),
      (.history, galleries.values.flatMap(\.changes.keys).max()),
      (.face, galleries.values.flatMap(\.faces.keys).map(\.value).max()),
    ]
    for (counter, largest) in used {
      let next = try view.next(counter)
      try require(largest ?? 0 < next, "the counter of \(counter) ids is behind")
    }
    let nextChange = try view.next(.change)
    try require(galleries.isEmpty || nextChange > 1, "the counter of changes is behind")
  }
}
