import FaceAPI
import Foundation
import SwiftProtobuf

/// Finds every resource name of a gallery, or of something in one, wherever it stands in a message.
///
/// It looks at all texts rather than at certain fields, so that a field that is added later cannot be overlooked. A
/// free text that looks like such a name can only make a call be refused.
struct NamedGalleries: Visitor {
  /// `galleries/…`, as they stand in the message.
  private(set) var names: [String] = []

  static func names(in message: any Message) -> [String] {
    var visitor = NamedGalleries()
    do { try message.traverse(visitor: &visitor) } catch { return [] }
    return visitor.names
  }

  /// The galleries themselves; `default` where the message names none, as the API has it.
  static func galleries(in message: any Message) -> Set<String> {
    let found = names(in: message).map { name in
      String(name.split(separator: "/", omittingEmptySubsequences: false).dropFirst().first ?? "")
    }
    return found.isEmpty ? ["default"] : Set(found)
  }

  mutating func visitSingularStringField(value: String, fieldNumber: Int) {
    if value.hasPrefix("galleries/") { names.append(value) }
  }

  mutating func visitRepeatedStringField(value: [String], fieldNumber: Int) {
    for text in value { visitSingularStringField(value: text, fieldNumber: fieldNumber) }
  }

  mutating func visitSingularMessageField<M: Message>(value: M, fieldNumber: Int) throws {
    try value.traverse(visitor: &self)
  }

  mutating func visitSingularGroupField<G: Message>(value: G, fieldNumber: Int) throws {
    try value.traverse(visitor: &self)
  }

  mutating func visitMapField<KeyType, ValueType: MapValueType>(
    fieldType: _ProtobufMap<KeyType, ValueType>.Type, value: _ProtobufMap<KeyType, ValueType>.BaseType,
    fieldNumber: Int
  ) {
    for entry in value {
      if let text = entry.key as? String { visitSingularStringField(value: text, fieldNumber: fieldNumber) }
      if let text = entry.value as? String { visitSingularStringField(value: text, fieldNumber: fieldNumber) }
    }
  }

  mutating func visitMapField<KeyType, ValueType>(
    fieldType: _ProtobufEnumMap<KeyType, ValueType>.Type, value: _ProtobufEnumMap<KeyType, ValueType>.BaseType,
    fieldNumber: Int
  ) {}

  mutating func visitMapField<KeyType, ValueType>(
    fieldType: _ProtobufMessageMap<KeyType, ValueType>.Type, value: _ProtobufMessageMap<KeyType, ValueType>.BaseType,
    fieldNumber: Int
  ) throws {
    for entry in value { try entry.value.traverse(visitor: &self) }
  }

  // Nothing else can hold a name.
  mutating func visitSingularDoubleField(value: Double, fieldNumber: Int) {}
  mutating func visitSingularInt64Field(value: Int64, fieldNumber: Int) {}
  mutating func visitSingularUInt64Field(value: UInt64, fieldNumber: Int) {}
  mutating func visitSingularBoolField(value: Bool, fieldNumber: Int) {}
  mutating func visitSingularBytesField(value: Data, fieldNumber: Int) {}
  mutating func visitSingularEnumField<E: Enum>(value: E, fieldNumber: Int) {}
  mutating func visitUnknown(bytes: Data) {}
  // Long lists of numbers, such as vectors, are passed over whole.
  mutating func visitRepeatedFloatField(value: [Float], fieldNumber: Int) {}
  mutating func visitPackedFloatField(value: [Float], fieldNumber: Int) {}
}
