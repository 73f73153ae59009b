import FaceEngine
import FaceTypes
import Foundation
import Milvus

/// The engine's search server where that is Milvus: a collection for each model, parted by gallery.
struct MilvusSearch: SearchServer {
  private let client: MilvusClient

  /// How long a deletion may take to leave Milvus's disk before it is asked for once more.
  private static let compaction = Duration.seconds(60)

  /// Galleries that a filter names; where there are more, one that is gone without a word stays.
  private static let mostNamed = 10_000

  init(_ address: MilvusAddress) throws(MilvusError) { client = try MilvusClient(address) }

  var place: String { "\(client.address)" }

  private func name(_ model: ModelID) -> String { "\(client.address.prefix)_\(model.hex)" }

  /// - Parameter dimension: only needed where vectors go to and fro.
  private func collection(_ model: ModelID, dimension: Int = 0) -> MilvusCollection {
    MilvusCollection(
      name: name(model), about: "Faces of faced, under one model. Kept by faced: what others change is put right.",
      key: "face", partition: ("gallery", GalleryID.maximumLength), numbers: ["identity", "digest"], vector: "vector",
      dimension: dimension)
  }

  func make(_ model: ModelID, dimension: Int) async throws(SearchServerError) {
    _ = try await asking { () async throws(MilvusError) in
      try await client.make(collection(model, dimension: dimension))
    }
  }

  func check(_ model: ModelID) async throws(SearchServerError) {
    let found = try await asking { () async throws(MilvusError) in try await client.collections() }
    guard found.contains(name(model)) else { throw SearchServerError(.missing, "its collection is gone") }
  }

  func answer(with model: ModelID) async throws(SearchServerError) {
    try await asking { () async throws(MilvusError) in
      try await client.name(name(model), also: client.address.prefix)
    }
  }

  func keepOnly(_ models: Set<ModelID>) async throws(SearchServerError) {
    let kept = Set(models.map(name))
    try await asking { () async throws(MilvusError) in
      for found in try await client.collections() where isOurs(found) && !kept.contains(found) {
        try await client.drop(found)
      }
    }
  }

  /// Whether it is named as collections of this store are.
  private func isOurs(_ name: String) -> Bool {
    let start = client.address.prefix + "_"
    guard name.hasPrefix(start) else { return false }
    let rest = name.dropFirst(start.count)
    return rest.count == 64 && rest.allSatisfy(\.isHexDigit)
  }

  func put(_ rows: [SearchRow], in gallery: GalleryID, under model: ModelID) async throws(SearchServerError) {
    guard let first = rows.first else { return }
    try await asking { () async throws(MilvusError) in
      try await client.upsert(
        rows.map { row in
          MilvusRow(
            key: Int64(bitPattern: row.face.value),
            numbers: [Int64(bitPattern: row.mark.identity.value), row.mark.digest], vector: row.embedding.values)
        }, of: gallery.name, in: collection(model, dimension: first.embedding.dimension))
    }
  }

  func delete(_ faces: [FaceID], under model: ModelID) async throws(SearchServerError) {
    guard !faces.isEmpty else { return }
    try await asking { () async throws(MilvusError) in
      try await client.delete(where: "face in \(list(faces.map(\.value)))", in: name(model))
    }
  }

  func delete(_ gallery: GalleryID, upTo face: FaceID, under model: ModelID) async throws(SearchServerError) {
    do throws(SearchServerError) {
      try await asking { () async throws(MilvusError) in
        try await client.delete(where: "\(part(gallery)) and face <= \(face)", in: name(model))
      }
    } catch {
      // A model's that is gone itself.
      guard error.code == .missing else { throw error }
    }
  }

  func keepOnly(_ galleries: [GalleryID], under model: ModelID) async throws(SearchServerError) {
    guard galleries.count <= Self.mostNamed else { return }
    let names = galleries.map { "\"\($0.name)\"" }.joined(separator: ", ")
    let others = galleries.isEmpty ? "face > 0" : "gallery not in [\(names)]"
    try await asking { () async throws(MilvusError) in
      guard try await client.count(where: others, in: name(model)) > 0 else { return }
      try await client.delete(where: others, in: name(model))
    }
  }

  func marks(of faces: [FaceID], under model: ModelID) async throws(SearchServerError) -> [FaceID: SearchMark] {
    try await marks(where: "face in \(list(faces.map(\.value)))", model, limit: faces.count)
  }

  func marks(
    of gallery: GalleryID, in faces: ClosedRange<FaceID>, under model: ModelID, limit: Int
  ) async throws(SearchServerError) -> [FaceID: SearchMark] {
    try await marks(
      where: "\(part(gallery)) and face >= \(faces.lowerBound) and face <= \(faces.upperBound)", model, limit: limit)
  }

  private func marks(
    where filter: String, _ model: ModelID, limit: Int
  ) async throws(SearchServerError) -> [FaceID: SearchMark] {
    let rows = try await asking { () async throws(MilvusError) in
      try await client.rows(where: filter, in: collection(model), limit: limit)
    }
    let marks = rows.map { row in
      (
        FaceID(UInt64(bitPattern: row.key)),
        SearchMark(identity: IdentityID(UInt64(bitPattern: row.numbers[0])), digest: row.numbers[1])
      )
    }
    return Dictionary(marks, uniquingKeysWith: { _, last in last })
  }

  func count(_ gallery: GalleryID, under model: ModelID) async throws(SearchServerError) -> Int {
    try await asking { () async throws(MilvusError) in
      try await client.count(where: part(gallery), in: name(model))
    }
  }

  func search(_ question: SearchQuestion) async throws(SearchServerError) -> [SearchHit] {
    var filter = part(question.gallery)
    switch question.filter {
    case .all: break
    case .of(let people): filter += " and identity in \(list(people.map(\.value)))"
    case .notOf(let people): if !people.isEmpty { filter += " and identity not in \(list(people.map(\.value)))" }
    }
    if let face = question.excluded { filter += " and face != \(face)" }
    let found = try await asking { [filter] () async throws(MilvusError) in
      try await client.search(
        question.probe.values, count: min(question.count, MilvusClient.mostMatches), where: filter,
        in: collection(question.model), parameters: question.isWide ? wide(question.count) : [:])
    }
    return found.map { key, product in
      SearchHit(face: FaceID(UInt64(bitPattern: key)), distance: min(4, max(0, 2 - 2 * product)))
    }
  }

  /// Parameters that make the index look everywhere, or almost, where there are such.
  private func wide(_ count: Int) -> [String: Int] {
    let kind = client.address.indexType
    if kind.hasPrefix("IVF") || kind == "SCANN" { return ["nprobe": client.address.indexParameters["nlist"] ?? 128] }
    return kind.hasPrefix("HNSW") ? ["ef": min(32_768, max(2 * count, 1_024))] : [:]
  }

  func compact(_ model: ModelID) async throws(SearchServerError) {
    let compaction = try await asking { () async throws(MilvusError) in try await client.compact(name(model)) }
    let end = ContinuousClock.now + Self.compaction
    while try await !asking({ () async throws(MilvusError) in try await client.isCompacted(compaction) }) {
      guard .now < end, !Task.isCancelled else {
        throw SearchServerError(.failed, "compaction \(compaction) takes long; it is asked for again")
      }
      try? await Task.sleep(for: .milliseconds(200))
    }
  }

  private func part(_ gallery: GalleryID) -> String { "gallery == \"\(gallery.name)\"" }

  private func list(_ numbers: [UInt64]) -> String {
    "[" + numbers.map { String(Int64(bitPattern: $0)) }.joined(separator: ", ") + "]"
  }

  private func asking<Value: Sendable>(
    _ body: () async throws(MilvusError) -> Value
  ) async throws(SearchServerError) -> Value {
    do throws(MilvusError) { return try await body() } catch {
      let code: SearchServerError.Code =
        switch error.code {
        case .unavailable, .refused: .away
        case .collectionMissing: .missing
        case .unsupported: .unsupported
        case .failed, .invalidArgument: .failed
        }
      throw SearchServerError(code, error.message)
    }
  }
}
