import SwiftProtobuf

/// JSON schemas of messages in the form of proto3 JSON, from the descriptors that protoc writes.
struct MessageSchemas {
  private(set) var schemas: [String: Any] = [:]

  init(_ descriptors: Google_Protobuf_FileDescriptorSet) {
    for file in descriptors.file {
      for message in file.messageType { add(message, prefix: file.package) }
      for kind in file.enumType { schemas["\(file.package).\(kind.name)"] = Self.schema(kind) }
    }
    schemas.merge(Self.wellKnown) { _, known in known }
  }

  private mutating func add(_ message: Google_Protobuf_DescriptorProto, prefix: String) {
    let name = "\(prefix).\(message.name)"
    for inner in message.nestedType { add(inner, prefix: name) }
    for kind in message.enumType { schemas["\(name).\(kind.name)"] = Self.schema(kind) }
    let maps = Set(message.nestedType.filter(\.options.mapEntry).map { ".\(name).\($0.name)" })
    var properties: [String: Any] = [:]
    for field in message.field {
      let one = Self.schema(field)
      if maps.contains(field.typeName) {
        let value = message.nestedType.first { ".\(name).\($0.name)" == field.typeName }?.field.last
        properties[field.jsonName] = ["type": "object", "additionalProperties": value.map(Self.schema) ?? [:]]
      } else {
        properties[field.jsonName] = field.label == .repeated ? ["type": "array", "items": one] : one
      }
    }
    schemas[name] = ["type": "object", "properties": properties, "additionalProperties": false]
  }

  private static func schema(_ kind: Google_Protobuf_EnumDescriptorProto) -> [String: Any] {
    ["type": "string", "enum": kind.value.map(\.name)]
  }

  private static func schema(_ field: Google_Protobuf_FieldDescriptorProto) -> [String: Any] {
    switch field.type {
    case .double, .float: ["type": "number"]
    case .int32, .sint32, .sfixed32: ["type": "integer", "minimum": Int(Int32.min), "maximum": Int(Int32.max)]
    case .uint32, .fixed32: ["type": "integer", "minimum": 0, "maximum": Int(UInt32.max)]
    case .int64, .sint64, .sfixed64: ["type": "string", "format": "int64", "pattern": "^-?[0-9]{1,18}$"]
    case .uint64, .fixed64: ["type": "string", "format": "uint64", "pattern": "^[0-9]{1,18}$"]
    case .bool: ["type": "boolean"]
    case .bytes: ["type": "string", "format": "byte", "pattern": "^([A-Za-z0-9+/]{4})*$"]
    case .enum, .message: ["$ref": "#/components/schemas/\(field.typeName.dropFirst())"]
    default: ["type": "string"]
    }
  }

  private static var wellKnown: [String: Any] {
    [
      "google.protobuf.Timestamp": ["type": "string", "format": "date-time"],
      "google.protobuf.Duration": ["type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?s$"],
      "google.protobuf.Empty": ["type": "object"],
    ]
  }
}
