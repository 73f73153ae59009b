import Foundation
import SwiftProtobuf

/// How the rows of a collection are called and made: a number each as the key, a text that they are parted by, further numbers, and
/// a vector of length 1, compared by inner product.
public struct MilvusCollection: Hashable, Sendable {
  /// The collection's name.
  public var name: String
  /// For people who look at the server.
  public var about: String
  /// The field of the key.
  public var key: String
  /// The field that rows are parted by, and its longest text in bytes.
  public var partition: (name: String, bytes: Int) {
    get { (partitionName, partitionBytes) }
    set { (partitionName, partitionBytes) = newValue }
  }
  private var partitionName: String
  private var partitionBytes: Int
  /// Fields of further numbers.
  public var numbers: [String]
  /// The field of the vector, and its components.
  public var vector: String
  /// Components of every vector.
  public var dimension: Int

  /// A collection as described.
  public init(
    name: String, about: String, key: String, partition: (name: String, bytes: Int), numbers: [String], vector: String,
    dimension: Int
  ) {
    self.name = name
    self.about = about
    self.key = key
    (partitionName, partitionBytes) = partition
    self.numbers = numbers
    self.vector = vector
    self.dimension = dimension
  }

  var schema: Milvus_Proto_Milvus_CollectionSchema {
    typealias Field = Milvus_Proto_Milvus_FieldSchema
    var fields: [Field] = [
      .with {
        ($0.name, $0.dataType, $0.isPrimaryKey) = (key, .int64, true)
      },
      .with {
        ($0.name, $0.dataType, $0.isPartitionKey) = (partitionName, .varChar, true)
        $0.typeParams = pairs(["max_length": "\(partitionBytes)"])
      },
    ]
    for number in numbers { fields.append(.with { ($0.name, $0.dataType) = (number, .int64) }) }
    fields.append(
      .with {
        ($0.name, $0.dataType) = (vector, .floatVector)
        $0.typeParams = pairs(["dim": "\(dimension)"])
      })
    return .with {
      ($0.name, $0.description_p, $0.fields) = (name, about, fields)
    }
  }
}

/// A row, of the fields that its collection says.
public struct MilvusRow: Hashable, Sendable {
  /// The key.
  public var key: Int64
  /// In the order of the collection's `numbers`.
  public var numbers: [Int64]
  /// Empty where it was not asked for.
  public var vector: [Float]

  /// A row to be written.
  public init(key: Int64, numbers: [Int64], vector: [Float] = []) {
    (self.key, self.numbers, self.vector) = (key, numbers, vector)
  }
}

func pairs(_ values: [String: String]) -> [Milvus_Proto_Milvus_KeyValuePair] {
  values.sorted { $0.key < $1.key }.map { pair in
    .with { ($0.key, $0.value) = (pair.key, pair.value) }
  }
}

extension MilvusClient {
  /// Names of all collections of the database.
  public func collections() async throws(MilvusError) -> [String] {
    let answer = try await call(
      Milvus_Proto_Milvus_ShowCollectionsRequest.with { $0.dbName = address.database }
    ) { try await $0.showCollections(request: $1, options: $2) }
    try check(answer.status)
    return answer.collectionNames
  }

  /// Makes a collection with its index and has it loaded. One that is there stays as it is and is loaded.
  ///
  /// - Returns: whether it was not there before.
  public func make(_ collection: MilvusCollection) async throws(MilvusError) -> Bool {
    let isNew = try await !collections().contains(collection.name)
    if isNew {
      let schema: Data
      do { schema = try collection.schema.serializedData() } catch { throw MilvusError(.failed, "\(error)") }
      try check(
        try await call(
          Milvus_Proto_Milvus_CreateCollectionRequest.with {
            ($0.dbName, $0.collectionName, $0.schema) = (address.database, collection.name, schema)
            $0.consistencyLevel = consistency
          }
        ) { try await $0.createCollection(request: $1, options: $2) })
      let parameters = address.indexParameters.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
      try check(
        try await call(
          Milvus_Proto_Milvus_CreateIndexRequest.with {
            ($0.dbName, $0.collectionName) = (address.database, collection.name)
            ($0.fieldName, $0.indexName) = (collection.vector, collection.vector)
            $0.extraParams = pairs([
              "index_type": address.indexType, "metric_type": "IP",
              "params": "{\(parameters.joined(separator: ", "))}",
            ])
          }
        ) { try await $0.createIndex(request: $1, options: $2) })
    }
    try check(
      try await call(
        Milvus_Proto_Milvus_LoadCollectionRequest.with {
          ($0.dbName, $0.collectionName, $0.replicaNumber) = (address.database, collection.name, 1)
        }
      ) { try await $0.loadCollection(request: $1, options: $2) })
    return isNew
  }

  /// Takes a collection away with everything in it; without effect where it is not there.
  public func drop(_ collection: String) async throws(MilvusError) {
    let status = try await call(
      Milvus_Proto_Milvus_DropCollectionRequest.with {
        ($0.dbName, $0.collectionName) = (address.database, collection)
      }
    ) { try await $0.dropCollection(request: $1, options: $2) }
    if let error = MilvusError(status), error.code != .collectionMissing { throw error }
  }

  /// Gives a collection a second name, which another one may have had until now.
  public func name(_ collection: String, also alias: String) async throws(MilvusError) {
    let request = Milvus_Proto_Milvus_AliasRequest.with {
      ($0.dbName, $0.collectionName, $0.alias) = (address.database, collection, alias)
    }
    let altered = try await call(request) { try await $0.alterAlias(request: $1, options: $2) }
    guard MilvusError(altered) != nil else { return }
    try check(try await call(request) { try await $0.createAlias(request: $1, options: $2) })
  }

  var consistency: Milvus_Proto_Milvus_ConsistencyLevel {
    switch address.consistency {
    case .strong: .strong
    case .bounded: .bounded
    case .eventually: .eventually
    }
  }
}
