import FaceEngine
import Foundation

/// What a store that several daemons share keeps for them.
protocol SharedDocuments: Sendable {
  func document(_ name: String) throws(EngineError) -> [UInt8]?
  func documents(named prefix: String) throws(EngineError) -> [[UInt8]]
  func replaceDocument(_ name: String, _ old: [UInt8]?, with new: [UInt8]) async throws(EngineError) -> Bool
}

extension FaceEngine: SharedDocuments {}

/// A document in the store that several daemons share.
struct StoreDocument: KeptDocument {
  let store: any SharedDocuments
  let name: String

  var place: String { "\(name) in the store" }

  func read() throws -> Data? { try store.document(name).map { Data($0) } }

  func replace(_ old: Data?, with new: Data) async throws -> Bool {
    try await store.replaceDocument(name, old.map { Array($0) }, with: Array(new))
  }

  /// Every line is a document of its own, named by its time.
  func append(_ line: Data) async throws {
    while true {
      let time = String(Int64(Date().timeIntervalSince1970 * 1000))
      let padded = String(repeating: "0", count: max(0, 16 - time.count)) + time
      let own = "\(name)/\(padded)-\(UUID().uuidString)"
      if try await store.replaceDocument(own, nil, with: Array(line)) { return }
    }
  }

  func lines() throws -> [Data] { try store.documents(named: name + "/").map { Data($0) } }
}
