import Foundation
import HTTPTypes
import SwiftProtobuf

/// The document of /v1, made of the table of endpoints and the messages' schemas.
enum OpenAPI {
  static func document(_ endpoints: [Endpoint], _ descriptors: Google_Protobuf_FileDescriptorSet) throws -> Data {
    let messages = MessageSchemas(descriptors).schemas
    var components = messages
    components[Endpoint.clusterAnswer] = Endpoint.clusterSchema
    components[Endpoint.checkAnswer] = Endpoint.checkSchema
    components["Error"] = [
      "type": "object", "required": ["error"],
      "properties": [
        "error": [
          "type": "object", "required": ["code", "reason", "message"],
          "properties": ["code": ["type": "string"], "reason": ["type": "string"], "message": ["type": "string"]],
        ]
      ],
    ]
    var paths: [String: [String: Any]] = [:]
    for endpoint in endpoints {
      paths[endpoint.path, default: [:]][endpoint.method.rawValue.lowercased()] = operation(endpoint, messages)
    }
    let document: [String: Any] = [
      "openapi": "3.1.0",
      "info": [
        "title": "faced", "version": "1",
        "description": "Face identification. Messages are those of faced.v1, as proto3 JSON.",
      ],
      "paths": paths,
      "components": [
        "schemas": components, "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
      ],
      "security": [[:], ["token": []]],
    ]
    return try JSONSerialization.data(withJSONObject: document, options: [.sortedKeys])
  }

  private static func operation(_ endpoint: Endpoint, _ messages: [String: Any]) -> [String: Any] {
    var operation: [String: Any] = [
      "summary": endpoint.summary,
      "responses": [
        "200": answer("The answer.", reference(endpoint.response)),
        "default": answer("A refusal, with its reason.", reference("Error")),
      ],
    ]
    let names = endpoint.path.split(separator: "{").dropFirst().map { String($0.prefix { $0 != "}" }) }
    var parameters: [[String: Any]] = names.map {
      ["name": $0, "in": "path", "required": true, "schema": ["type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"]]
    }
    if endpoint.method == .get || endpoint.method == .delete {
      let properties = (messages[endpoint.request] as? [String: Any])?["properties"] as? [String: Any] ?? [:]
      for (name, schema) in properties.sorted(by: { $0.key < $1.key })
      where name != endpoint.bound?.field && !isObject(schema, messages) {
        parameters.append(["name": name, "in": "query", "schema": schema])
      }
    } else {
      var content: [String: Any] = ["application/json": ["schema": reference(endpoint.request)]]
      if endpoint.photo != nil {
        content["image/*"] = ["schema": ["type": "string", "format": "binary"]]
      }
      operation["requestBody"] = ["content": content]
    }
    operation["parameters"] = parameters
    return operation
  }

  /// A message has no form in a query.
  private static func isObject(_ schema: Any, _ messages: [String: Any]) -> Bool {
    guard let reference = (schema as? [String: Any])?["$ref"] as? String else { return false }
    let name = String(reference.dropFirst("#/components/schemas/".count))
    return (messages[name] as? [String: Any])?["type"] as? String == "object"
  }

  private static func reference(_ message: String) -> [String: Any] { ["$ref": "#/components/schemas/\(message)"] }

  private static func answer(_ description: String, _ schema: [String: Any]) -> [String: Any] {
    ["description": description, "content": ["application/json": ["schema": schema]]]
  }
}
