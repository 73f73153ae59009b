internal import PostgreSQL

/// Where each kind of record lies, and the statements about it.
struct PostgreSQLTable: Hashable {
  let kind: KeyKind
  let name: String

  init(_ kind: KeyKind) {
    self.kind = kind
    name = "faced." + kind.table
  }

  /// - Throws: `invalidArgument` for a key of no kind.
  init(ofKey key: [UInt8]) throws(StoreError) {
    guard let kind = key.first.flatMap({ KeyKind(rawValue: $0) }) else {
      throw StoreError(.invalidArgument, "a key is of no known kind")
    }
    self.init(kind)
  }

  /// All of them, in the order of keys.
  static let all = KeyKind.allCases.sorted { $0.rawValue < $1.rawValue }.map { PostgreSQLTable($0) }

  var get: String { "SELECT value FROM \(name) WHERE key = $1" }
  var getSeveral: String { "SELECT key, value FROM \(name) WHERE key = ANY($1::bytea[])" }
  var put: String {
    "INSERT INTO \(name) (key, value) SELECT * FROM unnest($1::bytea[], $2::bytea[]) "
      + "ON CONFLICT (key) DO UPDATE SET value = excluded.value"
  }
  var delete: String { "DELETE FROM \(name) WHERE key = ANY($1::bytea[])" }

  /// The statement about a part of the table, and what stands for its `$1`, `$2`.
  func within(_ start: String, _ range: KeyRange, _ end: String = "") -> (sql: String, [Parameter]) {
    let lower = Parameter.bytes(range.lower)
    guard let upper = range.upper else { return ("\(start) FROM \(name) WHERE key >= $1 \(end)", [lower]) }
    return ("\(start) FROM \(name) WHERE key >= $1 AND key < $2 \(end)", [lower, .bytes(upper)])
  }

  /// The part of a range of whole keys that lies in this table, without the kind's byte; nil where none does.
  func part(of range: KeyRange) -> KeyRange? {
    let (lower, upper) = (range.lower, range.upper)
    if let first = lower.first, first > kind.rawValue { return nil }
    if let upper, upper.isEmpty || upper[0] < kind.rawValue || upper == [kind.rawValue] { return nil }
    return KeyRange(
      from: lower.first == kind.rawValue ? Array(lower.dropFirst()) : [],
      upTo: upper?.first == kind.rawValue ? upper.map { Array($0.dropFirst()) } : nil)
  }
}

extension KeyKind {
  /// As the numbered SQL files call it.
  fileprivate var table: String {
    switch self {
    case .header: "headers"
    case .counter: "counters"
    case .activeModel: "active_models"
    case .sealing: "sealings"
    case .copying: "copies"
    case .gallery: "galleries"
    case .identity: "identities"
    case .name: "names"
    case .face: "faces"
    case .identityFace: "identity_faces"
    case .crop: "crops"
    case .embedding: "embeddings"
    case .request: "requests"
    case .requestTime: "request_times"
    case .photograph: "photographs"
    case .deletedPhotograph: "deleted_photographs"
    case .jobEmbedding: "job_embeddings"
    case .change: "changes"
    case .changePayload: "change_payloads"
    case .apart: "apart"
    case .calibration: "calibrations"
    case .model: "models"
    case .job: "jobs"
    case .dataKey: "data_keys"
    case .modelPart: "model_parts"
    case .jobWish: "job_wishes"
    case .document: "documents"
    case .cleanup: "cleanups"
    case .feed: "feed"
    }
  }
}

extension StoreError {
  init(_ error: PostgreSQLError) {
    let said = "PostgreSQL: \(error.message)"
    switch error.code {
    case .unavailable, .timeout, .conflict:
      self.init(.unavailable, "\(said); it is retried automatically")
    case .full: self.init(.unavailable, "\(said); free some space for the database; writes are retried automatically")
    case .denied:
      self.init(
        .unavailable, "\(said); let faced's user log in and own the schema 'faced' (docs: more than one machine)")
    case .corruption: self.init(.corruption, "\(said); restore the database from a backup")
    case .undefined, .unsupported: self.init(.failedPrecondition, said)
    case .duplicate, .other: self.init(.unavailable, said)
    }
  }
}

/// Runs `body` with PostgreSQL's errors turned into the store's.
func fromPostgreSQL<R>(_ body: () throws(PostgreSQLError) -> R) throws(StoreError) -> R {
  do { return try body() } catch { throw StoreError(error) }
}
