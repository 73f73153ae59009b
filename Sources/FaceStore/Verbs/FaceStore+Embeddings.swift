package import FaceTypes

/// A face that has no embedding under a model yet.
package struct FaceNeedingEmbedding: Hashable, Sendable {
  package let gallery: GalleryID
  package let face: FaceID
  package let identity: IdentityID
  /// Without a kept crop it cannot be embedded again.
  package let hasCrop: Bool
  /// Where to go on after it.
  package let position: FacePosition
}

extension FaceStore {
  /// A number that grows with every committed change of galleries, their faces or embeddings, and never comes back:
  /// what was derived from the embeddings at one number is right while the number is the same.
  package func changeNumber() throws(StoreError) -> UInt64 {
    try read { view throws(StoreError) in try view.next(.change) }
  }

  /// The embedding of a face under a model; `nil` when it has none. An unknown gallery or model is `notFound`.
  ///
  /// - Parameter other: a compatible model whose embedding does where the face has none under `model`.
  package func embedding(
    _ gallery: GalleryID, model: ModelID, orElse other: ModelID? = nil, face: FaceID
  ) throws(StoreError) -> Embedding? {
    try readFixed { view throws(StoreError) in
      let gallery = try view.gallery(gallery)
      guard let identity = try view.find(face, in: gallery)?.identity else { return nil }
      for model in [try view.model(model), try view.compatible(other, with: model)].compactMap(\.self) {
        let key = Key.embedding(model: model.number, gallery.number, face)
        if let bytes = try view.payload(key, of: identity, in: gallery.number) {
          return try Embedding(stored: bytes, size: model.record.embeddingSize)
        }
      }
      return nil
    }
  }

  /// Whether any face has an embedding under the model.
  package func hasEmbeddings(model id: ModelID) throws(StoreError) -> Bool {
    try readFixed { view throws(StoreError) in
      guard let model = try view.find(id) else { return false }
      for gallery in try view.galleries() {
        let cursor = view.records.longCursor(Key.range(.embedding, model.number, gallery.number), values: false)
        if try cursor.advance() { return true }
      }
      return false
    }
  }

  /// Calls `body` with every embedding that the gallery has under the model, in the order of face ids, as of one
  /// moment.
  ///
  /// - Parameters:
  ///   - other: a compatible model whose embedding does for a face that has none under `model`.
  ///   - body: takes the face, its identity and the `embeddingSize` components, lent for the call alone. It
  ///     must not wait for `purge()` or `close()`, which wait for it.
  /// - Throws: what `body` throws, and `StoreError`: `notFound` for an unknown gallery or model, `corruption`.
  package func forEachEmbedding(
    _ gallery: GalleryID, model: ModelID, orElse other: ModelID? = nil,
    _ body: (FaceID, IdentityID, Span<Float>) throws -> Void
  ) throws {
    var thrown: (any Error)?
    try readFixed { view throws(StoreError) in
      let number = try view.gallery(gallery).number
      let known = try view.model(model)
      let other = try view.compatible(other, with: model)
      var buffer = [Float](repeating: 0, count: known.record.embeddingSize)
      // All cursors walk by face id, so an embedding's face is always at or after the one before.
      let faces = view.records.longCursor(Key.range(.face, number))
      var embeddings = try EmbeddingWalk(view, known, number)
      var others = try EmbeddingWalk(view, other, number)
      while let face = [embeddings.face, others.face].compactMap(\.self).min() {
        let identity = try faces.identity(of: face)
        if others.face == face { try others.take(of: identity, into: &buffer) }
        if embeddings.face == face { try embeddings.take(of: identity, into: &buffer) }
        do {
          try body(face, identity, buffer.span)
        } catch {
          thrown = error
          return
        }
      }
    }
    if let thrown { throw thrown }
  }

  /// Calls `body` with every face of the gallery and whose it is, in the order of face ids, as of one moment.
  ///
  /// - Parameter body: must not wait for `purge()` or `close()`, which wait for it.
  /// - Throws: `notFound` for an unknown gallery, `corruption`.
  package func forEachFace(_ gallery: GalleryID, _ body: (FaceID, IdentityID) -> Void) throws(StoreError) {
    try readFixed { view throws(StoreError) in
      let number = try view.gallery(gallery).number
      let faces = view.records.longCursor(Key.range(.face, number))
      while try faces.advance() {
        let (face, identity) = try faces.withEntry { key, value throws(StoreError) in
          (try key.face(at: 1), try value.identityOfFace())
        }
        body(face, identity)
      }
    }
  }

  /// The next `limit` faces, over all galleries, that have no embedding under the model. It returns as many as asked
  /// for while there are as many, and none when none is left.
  ///
  /// - Parameter after: the `position` of the last face seen.
  /// - Throws: `notFound` for an unknown model.
  package func facesNeedingEmbedding(
    model: ModelID, after: FacePosition? = nil, limit: Int
  ) throws(StoreError) -> [FaceNeedingEmbedding] {
    guard (1...StoreLimits.pageSize).contains(limit) else {
      throw StoreError(.invalidArgument, "ask for 1 to \(StoreLimits.pageSize) faces at a time, not \(limit)")
    }
    return try readFixed { view throws(StoreError) in
      let model = try view.model(model).number
      var found: [FaceNeedingEmbedding] = []
      for gallery in try view.galleries().sorted(by: { $0.number < $1.number }) {
        if let after, gallery.number < after.gallery { continue }
        let start = after?.gallery == gallery.number ? after?.face : nil
        try view.gatherFaces(of: gallery, lacking: model, after: start, limit: limit, into: &found)
        if found.count == limit { break }
      }
      return found
    }
  }

  /// Stores embeddings of enrolled faces, replacing any under the same model.
  ///
  /// - Parameter job: notes that this job stored them, for `dropEmbeddings(of:)`. A job that started with none under its
  ///   model needs no notes: all there are can go.
  /// - Returns: the faces whose embedding was stored. Faces (or the gallery) deleted meanwhile are left out.
  /// - Throws: `notFound` for an unknown model, `invalidArgument` when an embedding is not of its size.
  @discardableResult
  package func putEmbeddings(
    _ gallery: GalleryID, model: ModelID, _ entries: [(FaceID, Embedding)], noting job: JobID? = nil
  ) async throws(StoreError) -> [FaceID] {
    let cost = entries.reduce(0) { $0 + 64 + 4 * $1.1.dimension }
    return try await writer.submit(cost: cost) { transaction throws(StoreError) in
      let model = try transaction.model(model)
      for (_, embedding) in entries { try model.check(embedding) }
      guard let gallery = try transaction.find(gallery) else { return [] }
      var stored: [FaceID] = []
      for (face, embedding) in entries {
        guard let record = try transaction.find(face, in: gallery) else { continue }
        let key = Key.embedding(model: model.number, gallery.number, face)
        try transaction.putPayload(key, embedding.storedBytes, of: record.identity, in: gallery.number)
        if let job { transaction.put(Key.jobEmbedding(job, gallery.number, face), []) }
        stored.append(face)
      }
      return stored
    }
  }

  /// Deletes every embedding under the model, in all galleries, at once; the model stays. The bytes leave the files by
  /// the next `purge()`.
  ///
  /// - Throws: `notFound`; `failedPrecondition` for the active model.
  package func deleteEmbeddings(model id: ModelID) async throws(StoreError) {
    try await writer.submit(alone: true) { transaction throws(StoreError) in
      var model = try transaction.inactiveModel(id)
      try transaction.note(.embeddings(model: model.number))
      model.number = try transaction.take(.model)
      transaction.put(model)
    }
    deletionCommitted()
  }
}

/// The embeddings of a gallery under one model, face by face.
private struct EmbeddingWalk: ~Copyable {
  private let cursor: any EngineCursor
  private let view: View
  private let gallery: UInt64
  /// The face whose embedding is next; nil at the end.
  private(set) var face: FaceID?

  /// - Parameter model: nil for a walk over nothing.
  init(_ view: View, _ model: ModelEntry?, _ gallery: UInt64) throws(StoreError) {
    self.view = view
    self.gallery = gallery
    // No model has the greatest number.
    cursor = view.records.longCursor(Key.range(.embedding, model?.number ?? .max, gallery))
    face = try cursor.advance() ? try cursor.face(at: 2) : nil
  }

  /// Copies the embedding and steps to the next face.
  mutating func take(of identity: IdentityID, into buffer: inout [Float]) throws(StoreError) {
    if let sealing = view.sealing {
      try view.open(cursor.value, at: cursor.key, of: identity, in: gallery, sealing, to: &buffer)
    } else {
      try cursor.withEntry { _, value throws(StoreError) in try value.copyFloats(to: &buffer) }
    }
    face = try cursor.advance() ? try cursor.face(at: 2) : nil
  }
}

extension ModelEntry {
  func check(_ embedding: Embedding) throws(StoreError) {
    guard embedding.dimension == record.embeddingSize else {
      throw StoreError(
        .invalidArgument,
        "an embedding under model \(record.id.short) has \(record.embeddingSize) components, not \(embedding.dimension)"
      )
    }
    guard embedding.values.allSatisfy(\.isFinite) else {
      throw StoreError(.invalidArgument, "an embedding has a component that is not a finite number")
    }
    let squared = embedding.values.reduce(0) { $0 + $1 * $1 }
    guard abs(squared - 1) <= StoreLimits.normTolerance else {
      throw StoreError(
        .invalidArgument, "an embedding has the squared length \(squared), not 1; the model that made it cannot be used"
      )
    }
  }
}

extension View {
  /// The other model, where the store knows it and its embeddings have as many components.
  func compatible(_ other: ModelID?, with model: ModelID) throws(StoreError) -> ModelEntry? {
    guard let other, other != model, let entry = try find(other) else { return nil }
    return entry.record.embeddingSize == (try self.model(model)).record.embeddingSize ? entry : nil
  }

  fileprivate func open(
    _ sealed: [UInt8], at key: [UInt8], of identity: IdentityID, in gallery: UInt64, _ sealing: Sealing,
    to buffer: inout [Float]
  ) throws(StoreError) {
    guard let dataKey = try dataKey(of: identity, in: gallery, sealing) else {
      throw .corrupt("identity \(identity)", "its data key is missing")
    }
    let plain = try Sealing.open(sealed, dataKey, at: key)
    unsafe try plain.span.bytes.copyFloats(to: &buffer)
  }

  fileprivate func gatherFaces(
    of gallery: GalleryEntry, lacking model: UInt64, after: FaceID?, limit: Int,
    into found: inout [FaceNeedingEmbedding]
  ) throws(StoreError) {
    let all = Key.range(.face, gallery.number)
    let faces = records.longCursor(after.map { all.after(Key.face(gallery.number, $0)) } ?? all)
    let known = Key.range(.embedding, model, gallery.number)
    let embeddings = records.longCursor(
      after.map { known.after(Key.embedding(model: model, gallery.number, $0)) } ?? known, values: false)
    var embedded = try embeddings.advance() ? try embeddings.face(at: 2) : nil
    while found.count < limit, try faces.advance() {
      let face = try faces.face(at: 1)
      // An embedding without a face would be damage; it is stepped over here and reported by the rebuild.
      while let known = embedded, known < face {
        embedded = try embeddings.advance() ? try embeddings.face(at: 2) : nil
      }
      if embedded == face { continue }
      let record = try FaceRecord(faces.value, gallery: gallery.id, id: face)
      found.append(
        FaceNeedingEmbedding(
          gallery: gallery.id, face: face, identity: record.identity, hasCrop: record.cropBytes > 0,
          position: FacePosition(gallery: gallery.number, face: face)))
    }
  }
}

extension EngineCursor {
  fileprivate func face(at index: Int) throws(StoreError) -> FaceID {
    try withEntry { key, _ throws(StoreError) in try key.face(at: index) }
  }

  /// The identity of a face, from a cursor over face records that has not passed it yet.
  fileprivate func identity(of face: FaceID) throws(StoreError) -> IdentityID {
    while try advance() {
      let found = try withEntry { key, value throws(StoreError) -> IdentityID? in
        guard try key.face(at: 1) == face else { return nil }
        return try value.identityOfFace()
      }
      if let found { return found }
    }
    throw .corrupt("embedding", "its face \(face) is not there")
  }
}

extension RawSpan {
  /// The number at `index` of a key, as `Key.number`.
  fileprivate func face(at index: Int) throws(StoreError) -> FaceID {
    let start = 1 + 8 * index
    guard byteCount >= start + 8 else { throw .corrupt("key", "it ends early") }
    return unsafe FaceID(UInt64(bigEndian: unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self)))
  }

  /// The identity of an encoded face, without reading the rest of it.
  fileprivate func identityOfFace() throws(StoreError) -> IdentityID {
    guard byteCount >= FaceRecord.fixedBytes,
      unsafe (1...FaceRecord.version).contains(unsafeLoad(fromByteOffset: 0, as: UInt8.self))
    else {
      throw .corrupt("face", "it ends early or its version is not 1 to \(FaceRecord.version)")
    }
    return unsafe IdentityID(UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: 1, as: UInt64.self)))
  }
}
