import FaceEngine
import Foundation

/// A document in the store that several daemons share.
struct StoreDocument: KeptDocument {
  let store: FaceEngine
  let name: String

  var place: String { "\(name) in the store" }

  func read() throws -> Data? { try store.document(name).map { Data($0) } }

  func replace(_ old: Data?, with new: Data) async throws -> Bool {
    try await store.replaceDocument(name, old.map { Array($0) }, with: Array(new))
  }

  /// Every line is a document of its own, named by its time.
  func append(_ line: Data) async throws {
    let time = String(Int64(Date().timeIntervalSince1970 * 1000))
    let padded = String(repeating: "0", count: max(0, 16 - time.count)) + time
    _ = try await store.replaceDocument("\(name)/\(padded)-\(UUID().uuidString)", nil, with: Array(line))
  }

  func lines() throws -> [Data] { try store.documents(named: name + "/").map { Data($0) } }
}
