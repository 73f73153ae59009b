import FaceEngine
import FaceTypes
import Synchronization

/// A search server of the tests: it goes away, loses rows and answers too little when it is told to.
final class ToySearchServer: SearchServer {
  struct Row: Hashable {
    var gallery: GalleryID
    var mark: SearchMark
    var embedding: Embedding
  }

  struct State {
    var models: [ModelID: [FaceID: Row]] = [:]
    var answering: ModelID?
    var isAway = false
    /// Of the nearest so many are left out, unless a search is wide.
    var leftOut = 0
    /// The same of wide searches.
    var leftOutOfWide = 0
    var searches = 0
    var compactions = 0
  }

  private let state = Mutex(State())

  func with<Value: Sendable>(_ body: (inout State) -> Value) -> Value { state.withLock { body(&$0) } }

  private func reached<Value: Sendable>(
    _ body: (inout State) throws(SearchServerError) -> Value
  ) throws(SearchServerError) -> Value {
    try state.withLock { state throws(SearchServerError) in
      guard !state.isAway else { throw SearchServerError(.away, "it is told to be away") }
      return try body(&state)
    }
  }

  var place: String { "toy" }

  func make(_ model: ModelID, dimension: Int) async throws(SearchServerError) {
    try reached { $0.models[model] = $0.models[model] ?? [:] }
  }

  func check(_ model: ModelID) async throws(SearchServerError) {
    try reached { state throws(SearchServerError) in
      guard state.models[model] != nil else { throw SearchServerError(.missing, "no model") }
    }
  }

  func answer(with model: ModelID) async throws(SearchServerError) { try reached { $0.answering = model } }

  func keepOnly(_ models: Set<ModelID>) async throws(SearchServerError) {
    try reached { $0.models = $0.models.filter { models.contains($0.key) } }
  }

  func put(_ rows: [SearchRow], in gallery: GalleryID, under model: ModelID) async throws(SearchServerError) {
    try reached { state throws(SearchServerError) in
      guard state.models[model] != nil else { throw SearchServerError(.missing, "no model") }
      for row in rows {
        state.models[model]?[row.face] = Row(gallery: gallery, mark: row.mark, embedding: row.embedding)
      }
    }
  }

  func delete(_ faces: [FaceID], under model: ModelID) async throws(SearchServerError) {
    try reached { for face in faces { $0.models[model]?[face] = nil } }
  }

  func delete(_ gallery: GalleryID, upTo face: FaceID, under model: ModelID) async throws(SearchServerError) {
    try reached { $0.models[model] = $0.models[model]?.filter { $0.value.gallery != gallery || $0.key > face } }
  }

  func keepOnly(_ galleries: [GalleryID], under model: ModelID) async throws(SearchServerError) {
    try reached { $0.models[model] = $0.models[model]?.filter { galleries.contains($0.value.gallery) } }
  }

  func marks(of faces: [FaceID], under model: ModelID) async throws(SearchServerError) -> [FaceID: SearchMark] {
    try reached { state in
      (state.models[model] ?? [:]).filter { faces.contains($0.key) }.mapValues(\.mark)
    }
  }

  func marks(
    of gallery: GalleryID, in faces: ClosedRange<FaceID>, under model: ModelID, limit: Int
  ) async throws(SearchServerError) -> [FaceID: SearchMark] {
    try reached { state in
      let found = (state.models[model] ?? [:]).filter { faces.contains($0.key) && $0.value.gallery == gallery }
      return Dictionary(uniqueKeysWithValues: found.prefix(limit).map { ($0.key, $0.value.mark) })
    }
  }

  func count(_ gallery: GalleryID, under model: ModelID) async throws(SearchServerError) -> Int {
    try reached { ($0.models[model] ?? [:]).values.count { $0.gallery == gallery } }
  }

  func search(_ question: SearchQuestion) async throws(SearchServerError) -> [SearchHit] {
    try reached { state throws(SearchServerError) in
      guard let rows = state.models[question.model] else { throw SearchServerError(.missing, "no model") }
      state.searches += 1
      let passing = rows.filter { face, row in
        guard row.gallery == question.gallery, face != question.excluded else { return false }
        return switch question.filter {
        case .all: true
        case .of(let people): people.contains(row.mark.identity)
        case .notOf(let people): !people.contains(row.mark.identity)
        }
      }
      let hits = passing.map {
        SearchHit(face: $0.key, distance: $0.value.embedding.squaredDistance(to: question.probe))
      }
      let leftOut = question.isWide ? state.leftOutOfWide : state.leftOut
      let nearest = hits.sorted { ($0.distance, $0.face) < ($1.distance, $1.face) }
      return Array(nearest.dropFirst(leftOut).prefix(question.count))
    }
  }

  func compact(_ model: ModelID) async throws(SearchServerError) { try reached { $0.compactions += 1 } }
}
