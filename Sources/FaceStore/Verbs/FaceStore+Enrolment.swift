internal import FaceTypes
internal import LevelDB
internal import Synchronization

extension FaceStore {
  /// Enrolls a face: record, identity, crop, embeddings and request id in one synced write, shared with other changes
  /// that wait at the same time.
  ///
  /// - Throws: `notFound` for the gallery or an identity by id; `modelChanged` when there is an active model and no
  ///   embedding under it; `failedPrecondition` for a model that was not put; `alreadyExists` when the request id
  ///   stands for another identity; `invalidArgument`, `overloaded`, `io`, `closed`.
  public func enroll(_ enrolment: Enrolment) async throws(StoreError) -> EnrolledFace {
    try await enroll([enrolment])[0].get()
  }

  /// Enrolls several faces in this order; each succeeds or fails by itself.
  ///
  /// - Returns: a result for each, in the same order.
  public func enroll(_ batch: [Enrolment]) async -> [Result<EnrolledFace, StoreError>] {
    guard !batch.isEmpty else { return [] }
    let now = options.now()
    let retention = options.requestRetention
    let results = await withCheckedContinuation { continuation in
      let collector = Collector(count: batch.count, continuation)
      let requests = batch.enumerated().map { index, enrolment in
        GroupWriter.request(cost: enrolment.cost, alone: false) { transaction throws(StoreError) in
          try transaction.enroll(enrolment, now: now, retention: retention)
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
    try require(
      (1...StoreLimits.cropBytes).contains(crop?.count ?? 1), "a crop is 1 to \(StoreLimits.cropBytes) bytes")
    try require(
      source?.utf8.count ?? 0 <= StoreLimits.sourceBytes, "a source is at most \(StoreLimits.sourceBytes) bytes")
    let numbers =
      [box.x, box.y, box.width, box.height, score, quality ?? 0] + (landmarks?.points ?? []).flatMap { [$0.x, $0.y] }
    try require(numbers.allSatisfy(\.isFinite), "box, score, quality and landmarks must be finite")
    try require(box.width > 0 && box.height > 0, "a face's box has a width and a height")
    try require(
      Set(embeddings.map(\.0)).count == embeddings.count, "an enrolment has at most one embedding per model")
  }
}

extension Transaction {
  fileprivate mutating func enroll(
    _ enrolment: Enrolment, now: Int64, retention: Int64
  ) throws(StoreError) -> EnrolledFace {
    try enrolment.check()
    var gallery = try gallery(enrolment.gallery)
    let selector = hash(selectorBytes(enrolment.identity))
    if let requestID = enrolment.requestID,
      let replayed = try replay(requestID, selector, in: gallery, newerThan: now - retention)
    {
      return replayed
    }
    let embeddings = try checkedEmbeddings(enrolment.embeddings)
    if let active = try activeModel(), !enrolment.embeddings.contains(where: { $0.0 == active }) {
      throw StoreError(
        .modelChanged, "the active model is \(active.short), and the face has no embedding under it; embed it again")
    }

    var (identity, isNew) = try select(enrolment.identity, in: gallery, now: now)
    let face = FaceID(try take(.face))
    let crop = gallery.record.keepsCrops ? enrolment.crop : nil
    let record = FaceRecord(
      gallery: gallery.id, id: face, identity: identity.id, createdAt: now, source: enrolment.source,
      box: enrolment.box, score: enrolment.score, quality: enrolment.quality,
      landmarks: crop == nil ? nil : enrolment.landmarks, cropBytes: crop?.count ?? 0)
    put(Key.face(gallery.number, face), record.encoded)
    put(Key.identityFace(gallery.number, identity.id, face), [])
    if let crop { put(Key.crop(gallery.number, face), crop) }
    for (model, embedding) in embeddings {
      put(Key.embedding(model: model.number, gallery.number, face), embedding.storedBytes)
    }
    identity.faceCount += 1
    put(identity, in: gallery)
    if isNew { putName(of: identity, in: gallery) }
    gallery.record.faceCount += 1
    gallery.record.identityCount += isNew ? 1 : 0
    put(gallery)
    if let requestID = enrolment.requestID {
      let request = RequestRecord(
        selector: selector, createdAt: now, face: face, identity: identity.id, createdIdentity: isNew)
      put(Key.request(gallery.number, requestID), request.encoded)
      put(Key.requestTime(now, gallery.number, requestID.utf8), [])
    }
    return EnrolledFace(face: face, identity: identity.id, createdIdentity: isNew, replayed: false)
  }

  private func selectorBytes(_ selector: IdentitySelector) -> [UInt8] {
    switch selector {
    case .named(let name): [1] + name.text.utf8
    case .id(let id): [2] + String(id.value).utf8
    }
  }

  /// The first result of the request id, when there is one that still counts. An expired one is taken away.
  private mutating func replay(
    _ requestID: String, _ selector: [UInt8], in gallery: GalleryEntry, newerThan cutoff: Int64
  ) throws(StoreError) -> EnrolledFace? {
    let key = Key.request(gallery.number, requestID)
    guard let value = try value(key) else { return nil }
    let request = try RequestRecord(value)
    guard request.createdAt >= cutoff else {
      delete(key)
      delete(Key.requestTime(request.createdAt, gallery.number, requestID.utf8))
      return nil
    }
    guard request.selector == selector else {
      throw StoreError(
        .alreadyExists, "the request id stands for an enrolment under another identity; use a new request id")
    }
    return EnrolledFace(
      face: request.face, identity: request.identity, createdIdentity: request.createdIdentity, replayed: true)
  }

  private mutating func select(
    _ selector: IdentitySelector, in gallery: GalleryEntry, now: Int64
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
        throw StoreError(.failedPrecondition, "the store knows no model \(id.short); add it before enrolling under it")
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
