/// Writes a value: a version byte, then fields without padding. Integers and floats are little-endian; a text is its
/// length in bytes as UInt16 and then UTF-8; an optional is a byte 0, or a byte 1 and the field.
struct RecordWriter {
  private(set) var bytes: [UInt8]

  init(version: UInt8 = 1) { bytes = [version] }

  mutating func put(_ value: some FixedWidthInteger) {
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  mutating func put(_ value: Bool) { bytes.append(value ? 1 : 0) }
  mutating func put(_ value: Double) { put(value.bitPattern) }

  /// - Precondition: at most 65,535 bytes; every text has a smaller limit in `StoreLimits`.
  mutating func put(_ text: String) {
    put(UInt16(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// Bytes whose count the layout fixes.
  mutating func put(raw: [UInt8]) { bytes.append(contentsOf: raw) }

  mutating func put<T>(_ value: T?, _ write: (inout RecordWriter, T) -> Void) {
    put(value != nil)
    if let value { write(&self, value) }
  }
}

/// Reads a value field by field; whatever the bytes, it throws `corruption` rather than trap.
struct RecordReader {
  private let bytes: [UInt8]
  private let what: String
  private var offset = 0
  /// The version byte that was read.
  private(set) var version: UInt8 = 0

  /// - Parameters:
  ///   - what: the kind of record, for messages.
  ///   - versions: those that the caller can read.
  init(_ bytes: [UInt8], _ what: String, versions: ClosedRange<UInt8> = 1...1) throws(StoreError) {
    self.bytes = bytes
    self.what = what
    version = try integer(UInt8.self)
    guard versions.contains(version) else {
      throw damaged("its version is \(version), not \(versions.lowerBound) to \(versions.upperBound)")
    }
  }

  func damaged(_ detail: String) -> StoreError { .corrupt(what, detail) }

  mutating func raw(_ count: Int) throws(StoreError) -> ArraySlice<UInt8> {
    guard count <= bytes.count - offset else {
      throw damaged("it has \(bytes.count) bytes where a field needs \(offset + count)")
    }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }

  mutating func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(StoreError) -> T {
    let field = try raw(MemoryLayout<T>.size)
    return unsafe T(littleEndian: field.withUnsafeBytes { unsafe $0.loadUnaligned(as: T.self) })
  }

  mutating func bool() throws(StoreError) -> Bool {
    let byte = try integer(UInt8.self)
    guard byte <= 1 else { throw damaged("a yes-or-no field holds \(byte)") }
    return byte == 1
  }

  mutating func double() throws(StoreError) -> Double { Double(bitPattern: try integer()) }

  mutating func text() throws(StoreError) -> String {
    let count = try integer(UInt16.self)
    guard let text = String(validating: try raw(Int(count)), as: UTF8.self) else {
      throw damaged("a text is not UTF-8")
    }
    return text
  }

  mutating func optional<T>(
    _ read: (inout RecordReader) throws(StoreError) -> T
  ) throws(StoreError) -> T? {
    try bool() ? try read(&self) : nil
  }

  /// A list of integers that fills the rest of the value.
  mutating func rest<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(StoreError) -> [T] {
    guard (bytes.count - offset) % MemoryLayout<T>.size == 0 else { throw damaged("its last field is cut off") }
    var values: [T] = []
    while offset < bytes.count { values.append(try integer(type)) }
    return values
  }

  /// Checks that every byte was read.
  func finish() throws(StoreError) {
    guard offset == bytes.count else { throw damaged("\(bytes.count - offset) bytes are left over") }
  }
}
