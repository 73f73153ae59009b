import Foundation
import SwiftProtobuf

extension MilvusClient {
  /// The most matches that a server gives.
  public static let mostMatches = 16_384

  /// The nearest rows that a filter lets through, by inner product, greatest first. A server may give fewer than there are.
  ///
  /// - Parameters:
  ///   - vector: of length 1.
  ///   - parameters: of the search, in addition to the address's: they win.
  public func search(
    _ vector: [Float], count: Int, where filter: String, in collection: MilvusCollection,
    parameters: [String: Int] = [:]
  ) async throws(MilvusError) -> [(key: Int64, product: Float)] {
    let group = Milvus_Proto_Milvus_PlaceholderGroup.with {
      $0.placeholders = [
        .with {
          ($0.tag, $0.type) = ("$0", .floatVector)
          $0.values = [vector.withUnsafeBytes { Data($0) }]
        }
      ]
    }
    let placeholders: Data
    do { placeholders = try group.serializedData() } catch { throw MilvusError(.failed, "\(error)") }
    let all = address.searchParameters.merging(parameters) { $1 }
    let parameters = all.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ")
    let answer = try await call(
      Milvus_Proto_Milvus_SearchRequest.with {
        ($0.dbName, $0.collectionName, $0.dsl) = (address.database, collection.name, filter)
        ($0.placeholderGroup, $0.dslType, $0.nq) = (placeholders, .boolExprV1, 1)
        $0.searchParams = pairs([
          "anns_field": collection.vector, "topk": "\(count)", "metric_type": "IP", "params": "{\(parameters)}",
          "round_decimal": "-1", "offset": "0",
        ])
        $0.consistencyLevel = consistency
      }
    ) { try await $0.search(request: $1, options: $2) }
    try check(answer.status)
    let keys = answer.results.ids.intID.data
    return zip(keys, answer.results.scores).map { ($0, $1) }
  }

  /// Has what was written and deleted put on the server's disk, and the deleted dropped there.
  ///
  /// - Returns: what to ask `isCompacted` about.
  /// - Throws: `unsupported`, where the server does not compact.
  public func compact(_ collection: String) async throws(MilvusError) -> Int64 {
    let flushed = try await call(
      Milvus_Proto_Milvus_FlushRequest.with {
        ($0.dbName, $0.collectionNames) = (address.database, [collection])
      }
    ) { try await $0.flush(request: $1, options: $2) }
    try check(flushed.status)
    let described = try await call(
      Milvus_Proto_Milvus_DescribeCollectionRequest.with {
        ($0.dbName, $0.collectionName) = (address.database, collection)
      }
    ) { try await $0.describeCollection(request: $1, options: $2) }
    try check(described.status)
    let answer = try await call(
      Milvus_Proto_Milvus_ManualCompactionRequest.with {
        ($0.dbName, $0.collectionName, $0.collectionID) = (address.database, collection, described.collectionID)
      }
    ) { try await $0.manualCompaction(request: $1, options: $2) }
    try check(answer.status)
    return answer.compactionID
  }

  /// Whether the server says that a compaction is done.
  public func isCompacted(_ compaction: Int64) async throws(MilvusError) -> Bool {
    let answer = try await call(
      Milvus_Proto_Milvus_GetCompactionStateRequest.with { $0.compactionID = compaction }
    ) { try await $0.getCompactionState(request: $1, options: $2) }
    try check(answer.status)
    return answer.state == .completed
  }
}
