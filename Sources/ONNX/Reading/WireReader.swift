/// Reads the protobuf wire format: fields of a message one after the other, none copied before it is asked for.
///
/// Every length is checked against the bytes that are there, so a damaged file ends in an error and never in a large
/// allocation.
struct WireReader {
  enum Field {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    /// A string, bytes, a message, or packed numbers.
    case bytes(ArraySlice<UInt8>)
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The next field's number and content; nil at the end of the message.
  mutating func next() throws(ONNXError) -> (number: UInt64, field: Field)? {
    guard !rest.isEmpty else { return nil }
    let key = try varint()
    guard key >> 3 != 0 else { throw Self.damaged("a field without a number") }
    switch key & 7 {
    case 0: return (key >> 3, .varint(try varint()))
    case 1: return (key >> 3, .fixed64(Self.little(try take(8))))
    case 2:
      let length = try varint()
      guard length <= UInt64(rest.count) else {
        throw Self.damaged("a field of \(length) bytes where \(rest.count) are left")
      }
      return (key >> 3, .bytes(try take(Int(length))))
    case 5: return (key >> 3, .fixed32(UInt32(Self.little(try take(4)))))
    default: throw Self.damaged("a field of wire type \(key & 7)")
    }
  }

  var isAtEnd: Bool { rest.isEmpty }

  /// Seven bits a byte, lowest first; at most ten bytes.
  mutating func varint() throws(ONNXError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = rest.popFirst() {
      guard shift < 63 || byte <= 1 else { throw Self.damaged("a number of more than 64 bits") }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
      guard shift < 70 else { break }
    }
    throw Self.damaged("a number that does not end")
  }

  private mutating func take(_ count: Int) throws(ONNXError) -> ArraySlice<UInt8> {
    guard count <= rest.count else { throw Self.damaged("it ends in the middle of a field") }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  static func little(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }

  static func damaged(_ what: String) -> ONNXError {
    ONNXError(.damaged, "this is no ONNX file, or a damaged one: \(what)")
  }
}

extension WireReader.Field {
  private static func wrong(_ wanted: String) -> ONNXError { WireReader.damaged("a field that should be \(wanted)") }

  func bytes() throws(ONNXError) -> ArraySlice<UInt8> {
    guard case .bytes(let bytes) = self else { throw Self.wrong("a message or text") }
    return bytes
  }

  func text() throws(ONNXError) -> String {
    // A name is for people and for finding values; one that is no UTF-8 stays distinct enough.
    String(decoding: try bytes(), as: UTF8.self)
  }

  func integer() throws(ONNXError) -> Int64 {
    guard case .varint(let value) = self else { throw Self.wrong("a whole number") }
    return Int64(bitPattern: value)
  }

  func float() throws(ONNXError) -> Float {
    guard case .fixed32(let bits) = self else { throw Self.wrong("a float") }
    return Float(bitPattern: bits)
  }

  /// Repeated whole numbers, packed or one at a time.
  func append(to values: inout [Int64]) throws(ONNXError) {
    guard case .bytes(let bytes) = self else { return values.append(try integer()) }
    var reader = WireReader(bytes)
    while !reader.isAtEnd {
      // A byte may become eight.
      guard values.count < ONNXModel.Limit.tensorCount else {
        throw ONNXError(.tooLarge, "a list of more than \(ONNXModel.Limit.tensorCount) numbers")
      }
      values.append(Int64(bitPattern: try reader.varint()))
    }
  }

  /// Repeated floats, packed or one at a time.
  func append(to values: inout [Float]) throws(ONNXError) {
    guard case .bytes(let bytes) = self else { return values.append(try float()) }
    try Elements.append(bytes, .float, to: &values)
  }

  /// Repeated doubles, packed or one at a time, rounded.
  func appendDoubles(to values: inout [Float]) throws(ONNXError) {
    switch self {
    case .fixed64(let bits): values.append(Float(Double(bitPattern: bits)))
    case .bytes(let bytes): try Elements.append(bytes, .double, to: &values)
    default: throw Self.wrong("a double")
    }
  }
}
