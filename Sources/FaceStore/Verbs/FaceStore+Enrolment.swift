internal import FaceTypes
internal import Synchronization

extension FaceStore {
  /// Enrolls a face: record, identity, crop, embeddings and request id in one synced write, shared with other changes
  /// that wait at the same time.
  ///
  /// - Throws: `notFound` for the gallery or an identity by id; `modelChanged` when there is an active model and no
  ///   embedding under it; `failedPrecondition` for a model that was not put; `alreadyExists` when the request id
  ///   stands for another identity; `invalidArgument`, `overloaded`, `io`, `closed`.
  package func enroll(_ enrolment: Enrolment) async throws(StoreError) -> EnrolledFace {
    try await enroll(together: [enrolment])[0]
  }

  /// Enrolls the faces of one photograph, which all have the same gallery, identity, request id and photograph: all of
  /// them or none, in one write.
  ///
  /// - Throws: as for one face; `deletedSince` when the photograph was enrolled under the identity and deleted since.
  package func enroll(together faces: [Enrolment]) async throws(StoreError) -> [EnrolledFace] {
    guard let first = faces.first else { return [] }
    guard
      faces.allSatisfy({
        $0.gallery == first.gallery && $0.identity == first.identity && $0.requestID == first.requestID
          && $0.photograph == first.photograph
      })
    else { throw StoreError(.invalidArgument, "faces that are enrolled together are of one photograph and identity") }
    let (now, retention) = (options.now(), options.requestRetention)
    let enrolled = try await writer.submit(cost: faces.reduce(0) { $0 + $1.cost }) { transaction throws(StoreError) in
      try transaction.enroll(faces, now: now, retention: retention)
    }
    pruneSometimes(after: first.requestID == nil ? 0 : 1)
    return enrolled
  }

  /// Enrolls several faces in this order; each succeeds or fails by itself.
  ///
  /// - Returns: a result for each, in the same order.
  package func enroll(_ batch: [Enrolment]) async -> [Result<EnrolledFace, StoreError>] {
    guard !batch.isEmpty else { return [] }
    let now = options.now()
    let retention = options.requestRetention
    let results = await withCheckedContinuation { continuation in
      let collector = Collector(count: batch.count, continuation)
      let requests = batch.enumerated().map { index, enrolment in
        GroupWriter.request(cost: enrolment.cost, alone: false) { transaction throws(StoreError) in
          try transaction.enroll([enrolment], now: now, retention: retention)[0]
        } answer: {
          collector.set(index, $0)
        }
      }
      writer.enqueue(requests)
    }
    pruneSometimes(after: batch.count { $0.requestID != nil })
    return results
  }

  private func pruneSometimes(after count: Int) {
    guard count > 0, requestsSincePruning.add(count, ordering: .relaxed).newValue >= 10_000 else { return }
    requestsSincePruning.store(0, ordering: .relaxed)
    purger.start()
  }
}

/// Gathers the results of a batch and hands them over when the last is there.
private final class Collector: Sendable {
  typealias Results = [Result<EnrolledFace, StoreError>]

  private let state: Mutex<(results: Results, missing: Int)>
  private let continuation: CheckedContinuation<Results, Never>

  init(count: Int, _ continuation: CheckedContinuation<Results, Never>) {
    state = Mutex((Array(repeating: .failure(ReaderGate.closedError), count: count), count))
    self.continuation = continuation
  }

  func set(_ index: Int, _ result: Result<EnrolledFace, StoreError>) {
    let complete = state.withLock { state -> Results? in
      state.results[index] = result
      state.missing -= 1
      return state.missing == 0 ? state.results : nil
    }
    if let complete { continuation.resume(returning: complete) }
  }
}

extension Enrolment {
  /// Bytes it adds to the store, about.
  var cost: Int { 512 + (crop?.count ?? 0) + embeddings.reduce(0) { $0 + 4 * $1.1.dimension } }

  /// Checks what can be checked without the store.
  func check() throws(StoreError) {
    func require(_ condition: Bool, _ message: @autoclosure () -> String) throws(StoreError) {
      guard condition else { throw StoreError(.invalidArgument, message()) }
    }
    try require(
      (1...StoreLimits.requestIDBytes).contains(requestID?.utf8.count ?? 1),
      "a request id is 1 to \(StoreLimits.requestIDBytes) bytes")
    try require(photograph?.count ?? 32 == 32, "a photograph is known by the 32 bytes of its SHA-256")
    try require(
      (1...StoreLimits.cropBytes).contains(crop?.count ?? 1), "a crop is 1 to \(StoreLimits.cropBytes) bytes")
    try require(
      source?.utf8.count ?? 0 <= StoreLimits.sourceBytes, "a source is at most \(StoreLimits.sourceBytes) bytes")
    let numbers =
      [box.x, box.y, box.width, box.height, score, quality ?? 0] + (landmarks?.points ?? []).flatMap { [$0.x, $0.y] }
    try require(numbers.allSatisfy(\.isFinite), "box, score, quality and landmarks must be finite")
    try require(
      box.width > 0 && box.height > 0 || box == .none && crop == nil, "a face's box has a width and a height")
    try require(createdAt ?? 0 >= 0, "a face was not enrolled before 1970")
    try require(
      Set(embeddings.map(\.0)).count == embeddings.count, "an enrolment has at most one embedding per model")
  }
}

extension Transaction {
  /// Enrolls the faces of one photograph: all of them, or none.
  ///
  /// - Precondition: `faces` is not empty, and all have the same gallery, identity, request id and photograph.
  fileprivate mutating func enroll(
    _ faces: [Enrolment], now: Int64, retention: Int64
  ) throws(StoreError) -> [EnrolledFace] {
    let first = faces[0]
    for face in faces { try face.check() }
    var gallery = try gallery(first.gallery)
    let photograph = first.photograph.map { hash($0) }
    if let known = try replay(first, photograph, in: gallery, newerThan: now - retention) { return known }
    let active = try activeModel()
    for face in faces {
      if let active, !face.embeddings.contains(where: { $0.0 == active }) {
        throw StoreError(
          .modelChanged, "the active model is \(active.short), and the face has no embedding under it; embed it again")
      }
    }

    var (identity, isNew) = try select(first.identity, in: gallery, now: now)
    if let photograph, let known = try enrolledBefore(photograph, of: identity, isNew, first, in: gallery) {
      return known
    }
    var enrolled: [EnrolledFace] = []
    for face in faces {
      let id = FaceID(try take(.face))
      try put(face, as: id, of: identity, photograph, now: now, in: gallery)
      enrolled.append(EnrolledFace(face: id, identity: identity.id, createdIdentity: isNew, replayed: false))
    }
    identity.faceCount += UInt64(faces.count)
    put(identity, in: gallery)
    if isNew { putName(of: identity, in: gallery) }
    gallery.record.faceCount += UInt64(faces.count)
    gallery.record.identityCount += isNew ? 1 : 0
    put(gallery)
    let ids = enrolled.map(\.face)
    if let photograph {
      let others = isNew ? [] : try self.photograph(photograph, of: identity.id, in: gallery)?.faces ?? []
      let record = PhotographRecord(createdAt: now, faces: others + ids)
      put(Key.photograph(gallery.number, identity.id, hash: photograph), record.encoded)
      delete(deletedPhotographKey(photograph, of: identity.name, in: gallery))
    }
    if let requestID = first.requestID {
      let request = RequestRecord(
        selector: selector(first.identity, photograph), createdAt: now, identity: identity.id, createdIdentity: isNew,
        faces: ids)
      put(Key.request(gallery.number, requestID), request.encoded)
      put(Key.requestTime(now, gallery.number, requestID.utf8), [])
    }
    return enrolled
  }

  private mutating func put(
    _ enrolment: Enrolment, as id: FaceID, of identity: IdentityRecord, _ photograph: [UInt8]?, now: Int64,
    in gallery: GalleryEntry
  ) throws(StoreError) {
    let embeddings = try checkedEmbeddings(enrolment.embeddings)
    let crop = gallery.record.keepsCrops ? enrolment.crop : nil
    let record = FaceRecord(
      gallery: gallery.id, id: id, identity: identity.id, createdAt: enrolment.createdAt ?? now,
      source: enrolment.source,
      box: enrolment.box, score: enrolment.score, quality: enrolment.quality,
      landmarks: crop == nil ? nil : enrolment.landmarks, cropBytes: crop?.count ?? 0, photograph: photograph,
      digest: enrolment.photograph)
    put(Key.face(gallery.number, id), record.encoded)
    put(Key.identityFace(gallery.number, identity.id, id), [])
    try ensureDataKey(of: identity.id, in: gallery.number)
    if let crop { try putPayload(Key.crop(gallery.number, id), crop, of: identity.id, in: gallery.number) }
    for (model, embedding) in embeddings {
      let key = Key.embedding(model: model.number, gallery.number, id)
      try putPayload(key, embedding.storedBytes, of: identity.id, in: gallery.number)
    }
  }

  /// The identity asked for and the photograph, hashed; without a photograph as in version 1.
  private func selector(_ identity: IdentityReference, _ photograph: [UInt8]?) -> [UInt8] {
    let bytes: [UInt8] =
      switch identity {
      case .named(let name): [1] + name.text.utf8
      case .id(let id): [2] + String(id.value).utf8
      }
    return hash(bytes + (photograph.map { [0xff] + $0 } ?? []))
  }

  /// The faces of the photograph that are enrolled under the identity already; nil when it may be enrolled.
  ///
  /// - Throws: `deletedSince` when it was deleted and is not to be enrolled again.
  private func enrolledBefore(
    _ photograph: [UInt8], of identity: IdentityRecord, _ isNew: Bool, _ enrolment: Enrolment, in gallery: GalleryEntry
  ) throws(StoreError) -> [EnrolledFace]? {
    let record = isNew ? nil : try self.photograph(photograph, of: identity.id, in: gallery)
    if let record, !record.faces.isEmpty {
      var faces = record.faces
      if enrolment.isCopy {
        faces = []
        for id in record.faces where try find(id, in: gallery)?.box == enrolment.box { faces.append(id) }
        if faces.isEmpty { return nil }
      }
      return faces.map {
        EnrolledFace(
          face: $0, identity: identity.id, createdIdentity: false, replayed: true, isKnownPhotograph: true)
      }
    }
    let deleted = try value(deletedPhotographKey(photograph, of: identity.name, in: gallery))
    guard record != nil || deleted != nil, !enrolment.again else { return nil }
    throw StoreError(
      .deletedSince,
      "this photograph was enrolled under this identity and deleted since; say that it is wanted again to "
        + "enroll it anew")
  }

  /// The first result of the request id, when there is one that still counts. An expired one is taken away.
  ///
  /// - Throws: `alreadyExists` when the id stands for another identity or photograph.
  private mutating func replay(
    _ enrolment: Enrolment, _ photograph: [UInt8]?, in gallery: GalleryEntry, newerThan cutoff: Int64
  ) throws(StoreError) -> [EnrolledFace]? {
    guard let requestID = enrolment.requestID else { return nil }
    let key = Key.request(gallery.number, requestID)
    guard let value = try value(key) else { return nil }
    let request = try RequestRecord(value)
    func forget(_ transaction: inout Transaction) {
      transaction.delete(key)
      transaction.delete(Key.requestTime(request.createdAt, gallery.number, requestID.utf8))
    }
    guard request.createdAt >= cutoff else {
      forget(&self)
      return nil
    }
    guard request.selector == selector(enrolment.identity, request.isOld ? nil : photograph) else {
      throw StoreError(
        .alreadyExists, "the request id stands for an enrolment of another identity or photograph; use a new request id"
      )
    }
    if enrolment.again {
      var isThere = false
      for face in request.faces where !isThere { isThere = try find(face, in: gallery) != nil }
      if !isThere {
        forget(&self)
        return nil
      }
    }
    return request.faces.map {
      EnrolledFace(
        face: $0, identity: request.identity, createdIdentity: request.createdIdentity, replayed: true)
    }
  }

  private mutating func select(
    _ selector: IdentityReference, in gallery: GalleryEntry, now: Int64
  ) throws(StoreError) -> (IdentityRecord, isNew: Bool) {
    switch selector {
    case .id(let id): return (try identity(id, in: gallery), false)
    case .named(let name):
      if let known = try find(named: name, in: gallery) { return (known, false) }
      let id = IdentityID(try take(.identity))
      return (IdentityRecord(gallery: gallery.id, id: id, name: name, createdAt: now, faceCount: 0), true)
    }
  }

  private func checkedEmbeddings(
    _ embeddings: [(ModelID, Embedding)]
  ) throws(StoreError) -> [(ModelEntry, Embedding)] {
    var checked: [(ModelEntry, Embedding)] = []
    for (id, embedding) in embeddings {
      guard let model = try find(id) else {
        throw StoreError(.failedPrecondition, "the store has no model \(id.short); add it before enrolling under it")
      }
      try model.check(embedding)
      checked.append((model, embedding))
    }
    return checked
  }

  /// Forgets request ids from before `cutoff`.
  ///
  /// - Returns: whether none is left.
  mutating func pruneRequests(before cutoff: Int64, limit: Int) throws(StoreError) -> Bool {
    guard cutoff > 0 else { return true }
    let range = KeyRange(from: [KeyKind.requestTime.rawValue], upTo: Key.key(.requestTime, UInt64(cutoff)))
    var times: [[UInt8]] = []
    try view.scan(range) { key, _ throws(StoreError) in
      times.append(key)
      return times.count < limit
    }
    for time in times {
      delete(time)
      guard time.count > 17 else { throw .corrupt("request time", "its key ends early") }
      let key = [KeyKind.request.rawValue] + time[9...]
      // The id may have been used anew since; then it has another time.
      if let value = try value(key), try RequestRecord(value).createdAt == Int64(Key.number(0, of: time)) {
        delete(key)
      }
    }
    return times.count < limit
  }
}
