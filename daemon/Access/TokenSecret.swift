import Crypto
import Foundation

/// A token's text: `faced_{id}_{secret}`.
///
/// The id finds the record; the secret has 256 random bits. So a plain SHA-256 of it is enough at rest: a slow hash
/// protects what can be guessed, and this cannot.
struct TokenSecret: Sendable {
  let id: String
  let text: String

  private static let prefix = "faced"

  /// A new one.
  init() {
    id = Self.random(bits: 64).map { Self.hex($0) }.joined()
    let secret = Data(Self.random(bits: 256)).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    text = "\(Self.prefix)_\(id)_\(secret)"
  }

  /// One that a caller presented; nil where it does not have the form.
  init?(_ text: String) {
    guard text.utf8.count <= 128 else { return nil }
    let parts = text.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == Self.prefix, !parts[1].isEmpty, !parts[2].isEmpty else { return nil }
    id = String(parts[1])
    self.text = text
  }

  /// What is kept of it: 64 hexadecimal digits.
  var hash: String { SHA256.hash(data: Data(text.utf8)).map { Self.hex($0) }.joined() }

  /// Whether `hash` is of this text; the time taken says nothing of where they differ.
  func matches(_ hash: String) -> Bool {
    guard let kept = Self.bytes(hash) else { return false }
    return SHA256.hash(data: Data(text.utf8)) == kept
  }

  private static func random(bits: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<bits / 8).map { _ in generator.next() }
  }

  private static func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }

  private static func bytes(_ hex: String) -> Data? {
    guard hex.utf8.count == 64 else { return nil }
    var bytes = Data()
    var rest = hex[...]
    while !rest.isEmpty {
      guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
      bytes.append(byte)
      rest = rest.dropFirst(2)
    }
    return bytes
  }
}
