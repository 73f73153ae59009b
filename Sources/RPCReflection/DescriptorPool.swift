import Foundation
import SwiftProtobuf

/// The files that describe a server's services, found by name and by what they declare.
struct DescriptorPool: Sendable {
  struct Extension: Hashable {
    let type: String
    let number: Int32
  }

  private(set) var services: [String] = []
  private var files: [String: (bytes: Data, imports: [String])] = [:]
  private var fileOfSymbol: [String: String] = [:]
  private var fileOfExtension: [Extension: String] = [:]

  init(_ set: Google_Protobuf_FileDescriptorSet) throws {
    for file in set.file {
      files[file.name] = (try file.serializedData(), file.dependency)
      let prefix = file.package.isEmpty ? "" : file.package + "."
      for service in file.service {
        services.append(prefix + service.name)
        add(prefix + service.name, file)
        for method in service.method { add("\(prefix)\(service.name).\(method.name)", file) }
      }
      for message in file.messageType { add(message, within: prefix, file) }
      for enumeration in file.enumType { add(enumeration, within: prefix, file) }
      for field in file.extension { add(field, within: prefix, file) }
    }
    services.sort()
  }

  private mutating func add(_ symbol: String, _ file: Google_Protobuf_FileDescriptorProto) {
    fileOfSymbol[symbol] = file.name
  }

  private mutating func add(
    _ message: Google_Protobuf_DescriptorProto, within prefix: String, _ file: Google_Protobuf_FileDescriptorProto
  ) {
    let name = prefix + message.name
    add(name, file)
    for field in message.field { add("\(name).\(field.name)", file) }
    for choice in message.oneofDecl { add("\(name).\(choice.name)", file) }
    for nested in message.nestedType { add(nested, within: name + ".", file) }
    for enumeration in message.enumType { add(enumeration, within: name + ".", file) }
    for field in message.extension { add(field, within: name + ".", file) }
  }

  private mutating func add(
    _ enumeration: Google_Protobuf_EnumDescriptorProto, within prefix: String,
    _ file: Google_Protobuf_FileDescriptorProto
  ) {
    add(prefix + enumeration.name, file)
    // The values of an enumeration are its siblings.
    for value in enumeration.value { add(prefix + value.name, file) }
  }

  private mutating func add(
    _ field: Google_Protobuf_FieldDescriptorProto, within prefix: String, _ file: Google_Protobuf_FileDescriptorProto
  ) {
    add(prefix + field.name, file)
    let type = field.extendee.hasPrefix(".") ? String(field.extendee.dropFirst()) : field.extendee
    fileOfExtension[Extension(type: type, number: field.number)] = file.name
  }

  func file(declaring symbol: String) -> String? { fileOfSymbol[symbol] }
  func file(declaring number: Int32, of type: String) -> String? {
    fileOfExtension[Extension(type: type, number: number)]
  }

  /// `nil` for a message that is not there.
  func extensionNumbers(of type: String) -> [Int32]? {
    guard fileOfSymbol[type] != nil else { return nil }
    return fileOfExtension.keys.filter { $0.type == type }.map(\.number).sorted()
  }

  /// The file and what it imports, encoded, less what is in `sent`. `nil` for a file that is not there.
  func encoded(_ name: String, without sent: inout Set<String>) -> [Data]? {
    guard files[name] != nil else { return nil }
    var found: [Data] = []
    var wanted = [name]
    while let next = wanted.popLast() {
      // What was asked for is sent again; only its imports may be left out.
      guard let file = files[next], sent.insert(next).inserted || (next == name && found.isEmpty) else { continue }
      found.append(file.bytes)
      wanted += file.imports.reversed()
    }
    return found
  }
}
