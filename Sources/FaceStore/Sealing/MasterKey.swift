package import Crypto
internal import Foundation

/// The key under which a store's data keys are wrapped: 32 random bytes that lie elsewhere.
///
/// Its text form leaves it out.
public struct MasterKey: Sendable, CustomStringConvertible, CustomReflectable {
  private let key: SymmetricKey

  /// - Parameter bytes: of a file or variable: the 32 bytes themselves, or their text in hexadecimal digits or Base64.
  /// - Throws: `invalidArgument`.
  public init(_ bytes: [UInt8]) throws(StoreError) {
    let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    let found = bytes.count == 32 ? bytes : Self.hexadecimal(text) ?? Data(base64Encoded: text).map(Array.init) ?? []
    guard found.count == 32 else {
      throw StoreError(
        .invalidArgument,
        "an encryption key is 32 bytes, or 64 hexadecimal digits, or their Base64; `faced key create FILE` makes one")
    }
    key = SymmetricKey(data: found)
  }

  /// A new key, in hexadecimal digits.
  public static func newText() -> String {
    unsafe SymmetricKey(size: .bits256).withUnsafeBytes { bytes in
      unsafe bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
  }

  /// The key of one purpose: no two purposes share one.
  package func derived(_ purpose: String) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Data("faced \(purpose)".utf8), outputByteCount: 32)
  }

  private static func hexadecimal(_ text: String) -> [UInt8]? {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == 64, text.utf8.count == 64 else { return nil }
    return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  /// The type's name alone.
  public var description: String { "MasterKey" }
  /// Empty, so that a dump of the value does not show the key.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
