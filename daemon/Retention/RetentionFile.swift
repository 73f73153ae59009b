import Foundation
import Synchronization

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

/// Policies and receipts, in `retention/` of the data folder.
final class RetentionFile: Sendable {
  private let folder: String
  private let policies: Mutex<[String: RetentionPolicy]>

  init(directory: String) throws(FileError) {
    folder = directory + "/retention"
    let data = FileManager.default.contents(atPath: folder + "/policies.json")
    let read = data.map { try? JSONDecoder().decode([RetentionPolicy].self, from: $0) } ?? []
    guard let read else { throw FileError("cannot read", folder + "/policies.json") }
    policies = Mutex(Dictionary(read.map { ($0.gallery, $0) }, uniquingKeysWith: { _, last in last }))
  }

  var all: [RetentionPolicy] { policies.withLock { $0.values.sorted { $0.gallery < $1.gallery } } }

  func policy(of gallery: String) -> RetentionPolicy? { policies.withLock { $0[gallery] } }

  /// Nil ends it. The file is written before the change counts.
  func set(_ policy: RetentionPolicy?, of gallery: String) throws {
    try policies.withLock { policies in
      var changed = policies
      changed[gallery] = policy
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
      try DurableFile.makeFolder(folder)
      try DurableFile.replace(
        folder + "/policies.json", with: encoder.encode(changed.values.sorted { $0.gallery < $1.gallery }))
      policies = changed
    }
  }

  private var receiptsPath: String { folder + "/erasures.jsonl" }

  /// Appends a receipt, synced.
  func append(_ receipt: ErasureReceipt) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.dateEncodingStrategy = .iso8601
    let line = try encoder.encode(receipt) + Data("\n".utf8)
    try DurableFile.makeFolder(folder)
    let file = unsafe open(receiptsPath, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw FileError("cannot write", receiptsPath) }
    defer { close(file) }
    try DurableFile.write(line, to: file, receiptsPath)
    guard fsync(file) == 0 else { throw FileError("cannot sync", receiptsPath) }
  }

  /// The newest receipts of a gallery, newest first. A line that a crash cut off is passed over.
  func receipts(of gallery: String, limit: Int) -> [ErasureReceipt] {
    guard let data = FileManager.default.contents(atPath: receiptsPath) else { return [] }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return Array(
      data.split(separator: UInt8(ascii: "\n")).reversed().lazy
        .compactMap { try? decoder.decode(ErasureReceipt.self, from: $0) }
        .filter { $0.gallery == gallery }.prefix(limit))
  }
}
