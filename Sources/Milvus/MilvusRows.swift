import Foundation
import SwiftProtobuf

extension MilvusClient {
  /// Writes rows; one whose key is there is replaced.
  public func upsert(
    _ rows: [MilvusRow], of part: String, in collection: MilvusCollection
  ) async throws(MilvusError) {
    guard !rows.isEmpty else { return }
    typealias Field = Milvus_Proto_Milvus_FieldData
    var fields = [Field.longs(collection.key, rows.map(\.key))]
    fields.append(
      .with {
        ($0.type, $0.fieldName) = (.varChar, collection.partition.name)
        $0.scalars.stringData.data = rows.map { _ in part }
      })
    for (place, name) in collection.numbers.enumerated() {
      fields.append(.longs(name, rows.map { $0.numbers[place] }))
    }
    fields.append(
      .with {
        ($0.type, $0.fieldName) = (.floatVector, collection.vector)
        $0.vectors.dim = Int64(collection.dimension)
        $0.vectors.floatVector.data = rows.flatMap(\.vector)
      })
    let answer = try await call(
      Milvus_Proto_Milvus_UpsertRequest.with {
        ($0.dbName, $0.collectionName) = (address.database, collection.name)
        ($0.fieldsData, $0.numRows) = (fields, UInt32(rows.count))
      }
    ) { try await $0.upsert(request: $1, options: $2) }
    try check(answer.status)
  }

  /// Deletes the rows that a filter lets through.
  public func delete(where filter: String, in collection: String) async throws(MilvusError) {
    let answer = try await call(
      Milvus_Proto_Milvus_DeleteRequest.with {
        ($0.dbName, $0.collectionName, $0.expr) = (address.database, collection, filter)
        $0.consistencyLevel = .strong
      }
    ) { try await $0.delete(request: $1, options: $2) }
    try check(answer.status)
  }

  /// Rows that a filter lets through, as of now, in no order; their vectors if asked for.
  ///
  /// - Parameter limit: at most so many; 16,384 is what a server gives at most.
  public func rows(
    where filter: String, in collection: MilvusCollection, limit: Int, vectors: Bool = false
  ) async throws(MilvusError) -> [MilvusRow] {
    let answer = try await query(
      filter, [collection.key] + collection.numbers + (vectors ? [collection.vector] : []), collection.name,
      ["limit": "\(limit)"])
    let fields = Dictionary(answer.map { ($0.fieldName, $0) }, uniquingKeysWith: { first, _ in first })
    guard let keys = fields[collection.key]?.scalars.longData.data else { return [] }
    let numbers = collection.numbers.map { fields[$0]?.scalars.longData.data ?? [] }
    let floats = vectors ? fields[collection.vector]?.vectors.floatVector.data ?? [] : []
    guard numbers.allSatisfy({ $0.count == keys.count }), !vectors || floats.count == keys.count * collection.dimension
    else { throw MilvusError(.failed, "collection '\(collection.name)' has other fields than faced's") }
    return keys.indices.map { row in
      let vector = vectors ? Array(floats[row * collection.dimension..<(row + 1) * collection.dimension]) : []
      return MilvusRow(key: keys[row], numbers: numbers.map { $0[row] }, vector: vector)
    }
  }

  /// How many rows a filter lets through, as of now.
  public func count(where filter: String, in collection: String) async throws(MilvusError) -> Int {
    let answer = try await query(filter, ["count(*)"], collection, [:])
    return Int(answer.first?.scalars.longData.data.first ?? 0)
  }

  private func query(
    _ filter: String, _ fields: [String], _ collection: String, _ parameters: [String: String]
  ) async throws(MilvusError) -> [Milvus_Proto_Milvus_FieldData] {
    let answer = try await call(
      Milvus_Proto_Milvus_QueryRequest.with {
        ($0.dbName, $0.collectionName, $0.expr) = (address.database, collection, filter)
        $0.outputFields = fields
        $0.queryParams = pairs(parameters)
        $0.consistencyLevel = .strong
      }
    ) { try await $0.query(request: $1, options: $2) }
    try check(answer.status)
    return answer.fieldsData
  }
}

extension Milvus_Proto_Milvus_FieldData {
  fileprivate static func longs(_ name: String, _ values: [Int64]) -> Self {
    .with {
      ($0.type, $0.fieldName) = (.int64, name)
      $0.scalars.longData.data = values
    }
  }
}
