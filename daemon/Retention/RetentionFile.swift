import Foundation

/// How long a gallery keeps faces.
struct RetentionPolicy: Codable, Hashable, Sendable {
  var gallery: String
  /// When the gallery was made, in milliseconds: another one under the same name does not inherit the policy.
  var galleryCreated: Int64
  var maximumAgeSeconds: Int64
}

/// One erasure: numbers, never a name.
struct ErasureReceipt: Codable, Hashable, Sendable {
  var time: Date
  var gallery: String
  var enrolledBefore: Date
  var faces: Int
  var identities: Int
  /// When the search server had deleted them, and when it said that they had left its disk; nil where it did not, and without one.
  var searchDeleted: Date?
  var searchCompacted: Date?
}

/// Policies and receipts: in `retention/` of the data folder, or in the store that several daemons share.
final class RetentionFile: Sendable {
  private let policies: KeptValue<[String: RetentionPolicy]>
  private let erasures: any KeptDocument

  init(policies document: any KeptDocument, erasures: any KeptDocument) throws {
    self.erasures = erasures
    let place = document.place
    policies = try KeptValue(document, decode: { try Self.decode($0, place) }, encode: Self.encode)
  }

  private static func decode(_ data: Data?, _ place: String) throws -> [String: RetentionPolicy] {
    guard let data else { return [:] }
    guard let read = try? JSONDecoder().decode([RetentionPolicy].self, from: data) else {
      throw FileError(
        message: "the retention policies '\(place)' cannot be read; repair them, or remove them and set them again")
    }
    return Dictionary(read.map { ($0.gallery, $0) }, uniquingKeysWith: { _, last in last })
  }

  private static func ordered(_ policies: [String: RetentionPolicy]) -> [RetentionPolicy] {
    policies.values.sorted { $0.gallery < $1.gallery }
  }

  private static func encode(_ policies: [String: RetentionPolicy]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    return try encoder.encode(ordered(policies))
  }

  /// Takes what is kept as it is now.
  func reload() throws { try policies.reload() }

  var all: [RetentionPolicy] { Self.ordered(policies.value) }

  func policy(of gallery: String) -> RetentionPolicy? { policies.value[gallery] }

  /// Nil ends it. It is kept before it counts.
  func set(_ policy: RetentionPolicy?, of gallery: String) async throws {
    try await policies.change { $0[gallery] = policy }
  }

  func append(_ receipt: ErasureReceipt) async throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.dateEncodingStrategy = .iso8601
    try await erasures.append(try encoder.encode(receipt))
  }

  /// The newest receipts of a gallery, newest first. A line that a crash cut off is passed over.
  func receipts(of gallery: String, limit: Int) throws -> [ErasureReceipt] {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return Array(
      try erasures.lines().reversed().lazy
        .compactMap { try? decoder.decode(ErasureReceipt.self, from: $0) }
        .filter { $0.gallery == gallery }.prefix(limit))
  }
}
