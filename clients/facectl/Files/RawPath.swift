import Foundation

/// A path as the system has it: bytes, which need not be UTF-8.
///
/// It travels as a `String` through the command line's parser and the output: a byte that is not UTF-8 is the scalar
/// U+10FE00 + byte, of a plane that nobody writes in.
struct RawPath: Hashable, Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  init(bytes: some Sequence<UInt8>) { text = Self.text(of: Array(bytes)) }

  /// What the system is given.
  var bytes: [CChar] {
    var bytes: [CChar] = []
    for scalar in text.unicodeScalars {
      if let byte = Self.byte(of: scalar) {
        bytes.append(CChar(bitPattern: byte))
      } else {
        bytes += String(scalar).utf8.map { CChar(bitPattern: $0) }
      }
    }
    return bytes + [0]
  }

  var isUTF8: Bool { !text.unicodeScalars.contains { Self.byte(of: $0) != nil } }

  /// The part behind the last '/'.
  var lastComponent: String {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"))
    return parts.last.map { String(decoding: $0, as: UTF8.self) } ?? text
  }

  func appending(_ name: RawPath) -> RawPath {
    RawPath(text.utf8.last == UInt8(ascii: "/") ? text + name.text : text + "/" + name.text)
  }

  /// The byte that a scalar stands for; nil for a letter.
  static func byte(of scalar: Unicode.Scalar) -> UInt8? {
    scalar.value >= 0x10FE80 && scalar.value <= 0x10FEFF ? UInt8(scalar.value - 0x10FE00) : nil
  }

  /// The arguments of the process behind its name.
  static var commandLine: [String] {
    (1..<max(1, Int(CommandLine.argc))).compactMap { index in
      unsafe CommandLine.unsafeArgv[index].map { argument in
        unsafe text(of: UnsafeBufferPointer(start: argument, count: strlen(argument)).map { UInt8(bitPattern: $0) })
      }
    }.flatMap(splitBeforeMark)
  }

  /// `--identity=` and a value that begins with a combining mark: to the parser, which counts characters, the `=` and the
  /// mark are one, so it gets them as two arguments.
  private static func splitBeforeMark(_ argument: String) -> [String] {
    let scalars = argument.unicodeScalars
    guard argument.hasPrefix("--"), let equals = scalars.firstIndex(of: "=") else { return [argument] }
    let value = scalars[scalars.index(after: equals)...]
    guard let first = value.first, first.properties.isGraphemeExtend else { return [argument] }
    return [String(scalars[..<equals]), String(value)]
  }

  private static func text(of bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var scalars = String.UnicodeScalarView()
    var rest = bytes[...]
    while let first = rest.first {
      let length = (1...4).first { String(validating: rest.prefix($0), as: UTF8.self) != nil }
      if let length, let text = String(validating: rest.prefix(length), as: UTF8.self) {
        scalars += text.unicodeScalars
        rest = rest.dropFirst(length)
      } else {
        scalars.append(Unicode.Scalar(0x10FE00 + UInt32(first))!)
        rest = rest.dropFirst()
      }
    }
    return String(scalars)
  }
}
