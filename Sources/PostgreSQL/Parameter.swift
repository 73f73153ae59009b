/// A value that stands for `$1`, `$2`, … of a statement. It goes over the wire in its binary form.
public enum Parameter: Sendable {
  case bytes([UInt8])
  case bytesArray([[UInt8]])
  case integer(Int64)
  case text(String)

  /// The number of its type in every PostgreSQL: bytea, bytea[], int8, text.
  var type: UInt32 {
    switch self {
    case .bytes: 17
    case .bytesArray: 1001
    case .integer: 20
    case .text: 25
    }
  }

  var encoded: [UInt8] {
    switch self {
    case .bytes(let bytes): return bytes
    case .text(let text): return Array(text.utf8)
    case .integer(let number): return Self.bigEndian(number)
    case .bytesArray(let elements):
      // Dimensions, whether there are nulls, the elements' type; then for the one dimension its length and first index.
      var bytes = Self.bigEndian(Int32(elements.isEmpty ? 0 : 1)) + Self.bigEndian(Int32(0)) + Self.bigEndian(Int32(17))
      guard !elements.isEmpty else { return bytes }
      bytes.reserveCapacity(20 + elements.reduce(0) { $0 + 4 + $1.count })
      bytes += Self.bigEndian(Int32(elements.count)) + Self.bigEndian(Int32(1))
      for element in elements { bytes += Self.bigEndian(Int32(element.count)) + element }
      return bytes
    }
  }

  private static func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }
}
