internal import FaceStore
internal import FaceTypes
internal import Foundation

/// What is done for the search server, turn after turn, and what it has been told already.
struct SearchRound {
  let search: SearchKeeper
  let store: FaceStore
  private var made: Set<ModelID> = []
  private var answering: ModelID?
  private var known: Set<ModelID> = []

  /// Faces that one request is about.
  private static let step = 1_000
  /// Faces that a server tells of at most.
  private static let mostMarks = 16_384

  init(search: SearchKeeper, store: FaceStore) { (self.search, self.store) = (search, store) }

  private var server: any SearchServer { search.server }

  /// The server may have lost everything since it was last heard of.
  mutating func startAgain() { (made, answering) = ([], nil) }

  /// Whether the models are others than the last time.
  mutating func changed(_ models: [ServingModel]) -> Bool {
    let now = Set(models.map(\.id))
    defer { known = now }
    return now != known
  }

  /// Makes room for models that have none, and finds out how much of them is there.
  mutating func make(_ models: [ServingModel]) async throws(SearchServerError) {
    made.formIntersection(models.map(\.id))
    for model in models where !made.contains(model.id) {
      try await server.make(model.id, dimension: model.dimension)
      for index in model.servedIndexes {
        try await count(index)
        search.doubt(index)
      }
      made.insert(model.id)
    }
  }

  mutating func answer(with model: ModelID) async throws(SearchServerError) {
    guard answering != model else { return }
    try await server.answer(with: model)
    answering = model
  }

  private func count(_ index: ServedIndex) async throws(SearchServerError) {
    let there = try await server.count(index.gallery, under: index.model)
    index.withState { $0.missing = max(0, $0.owners.identities.count - $0.pending.count - there) }
  }

  /// Notices that much of a gallery is not there any more.
  func glance(_ models: [ServingModel]) async throws(SearchServerError) {
    for index in models.flatMap(\.servedIndexes) {
      let there = try await server.count(index.gallery, under: index.model)
      let isPoor = index.withState { 10 * there < 9 * ($0.owners.identities.count - $0.pending.count) - 1_000 }
      guard isPoor else { continue }
      try await count(index)
      search.doubt(index)
    }
  }

  /// Sends what is pending of all galleries.
  func send(_ models: [ServingModel]) async throws(SearchServerError) {
    for gone in search.forgotten {
      try await server.delete(gone.gallery, upTo: gone.upTo, under: gone.model)
      search.noteDeleted(from: gone.model)
      search.done(gone)
    }
    for index in models.flatMap(\.servedIndexes) { try await send(index) }
  }

  private func send(_ index: ServedIndex) async throws(SearchServerError) {
    while !Task.isCancelled {
      let now = ContinuousClock.now
      let turns = index.withState { state in
        Dictionary(
          uniqueKeysWithValues: state.pending.lazy.filter { $0.value.due <= now }.prefix(Self.step)
            .map { ($0.key, $0.value.turn) })
      }
      guard !turns.isEmpty else { return }
      let faces = turns.keys.sorted()
      // What the server has is asked first: another daemon may have written it.
      let marks = try await server.marks(of: faces, under: index.model)
      let stored = try stored(faces, index)
      let rows = faces.compactMap { face in stored[face].flatMap { $0.mark == marks[face] ? nil : $0 } }
      let gone = faces.filter { stored[$0] == nil && marks[$0] != nil }
      if !rows.isEmpty { try await server.put(rows, in: index.gallery, under: index.model) }
      if !gone.isEmpty {
        try await server.delete(gone, under: index.model)
        search.noteDeleted(from: index.model)
      }
      index.withState { state in
        // What has changed meanwhile goes once more.
        for (face, turn) in turns where state.pending[face]?.turn == turn { state.pending[face] = nil }
        state.missing = max(0, state.missing - rows.count)
      }
    }
  }

  /// As they should be at the server.
  private func stored(_ faces: [FaceID], _ index: ServedIndex) throws(SearchServerError) -> [FaceID: SearchRow] {
    var rows: [FaceID: SearchRow] = [:]
    for (face, now) in try reading({ () throws(EngineError) in try search.now(faces, index) }) {
      guard let embedding = now.embeddings[index.model], embedding.isUnit else { continue }
      rows[face] = SearchRow(face: face, mark: SearchMark(now.identity, embedding), embedding: embedding)
    }
    return rows
  }

  /// Compares what is doubtful with the store, and puts right what is missing, stale or too much.
  func compare(_ models: [ServingModel]) async throws(SearchServerError) {
    for model in models {
      let doubtful = model.servedIndexes.filter { index in index.withState { $0.isDoubtful } }
      guard !doubtful.isEmpty else { continue }
      for index in doubtful { try await compare(index, models) }
      try await server.keepOnly(try galleries(), under: model.id)
      search.noteCompared()
    }
  }

  private func compare(_ index: ServedIndex, _ models: [ServingModel]) async throws(SearchServerError) {
    index.withState { $0.isDoubtful = false }
    do throws(SearchServerError) {
      var last: FaceID?
      while !Task.isCancelled {
        let page = try page(index.gallery, after: last)
        let end = page.count < Self.step ? FaceID(UInt64(Int64.max)) : page[page.count - 1]
        let range = FaceID((last?.value ?? 0) + 1)...end
        let marks = try await server.marks(of: index.gallery, in: range, under: index.model, limit: Self.mostMarks)
        let stored = try stored(page, index)
        let differing = Set(page).union(marks.keys).filter { stored[$0]?.mark != marks[$0] }
        index.doubt(Array(differing))
        try await send(models)
        if marks.count >= Self.mostMarks { continue }
        guard page.count == Self.step else { break }
        last = end
      }
      index.withState { $0.missing = 0 }
    } catch {
      index.withState { $0.isDoubtful = true }
      throw error
    }
  }

  /// The next faces of a gallery; none where it is gone.
  private func page(_ gallery: GalleryID, after last: FaceID?) throws(SearchServerError) -> [FaceID] {
    try reading { () throws(EngineError) in
      try translating { () throws(StoreError) in
        guard try store.gallery(gallery) != nil else { return [] }
        return try store.faces(gallery, after: last, limit: Self.step).map(\.id)
      }
    }
  }

  private func galleries() throws(SearchServerError) -> [GalleryID] {
    try reading { () throws(EngineError) in
      try translating { () throws(StoreError) in
        var all: [GalleryID] = []
        while true {
          let page = try store.galleries(after: all.last, limit: 100)
          all += page.map(\.id)
          if page.count < 100 { return all }
        }
      }
    }
  }

  /// What is read of the store; where that fails the turn ends.
  private func reading<Value>(_ body: () throws(EngineError) -> Value) throws(SearchServerError) -> Value {
    do throws(EngineError) { return try body() } catch {
      throw SearchServerError(.storeFailed, "the store cannot be read: \(error.message)")
    }
  }
}
