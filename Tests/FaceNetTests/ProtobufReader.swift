/// The fields of a protobuf message, as far as ONNX files need them.
struct ProtobufReader {
  struct Malformed: Error {}

  enum Value {
    case varint(UInt64)
    case bytes([UInt8])
    case fixed(UInt32)
  }

  let fields: [(number: Int, value: Value)]

  init(_ bytes: [UInt8]) throws {
    var place = 0
    func byte() throws -> UInt8 {
      guard place < bytes.count else { throw Malformed() }
      place += 1
      return bytes[place - 1]
    }
    func varint() throws -> UInt64 {
      var (value, shift) = (UInt64(0), UInt64(0))
      while true {
        let next = try byte()
        guard shift < 64 else { throw Malformed() }
        value |= UInt64(next & 0x7F) << shift
        shift += 7
        if next < 0x80 { return value }
      }
    }
    var fields: [(number: Int, value: Value)] = []
    while place < bytes.count {
      let key = try varint()
      switch key & 7 {
      case 0: fields.append((Int(key >> 3), .varint(try varint())))
      case 2:
        let count = Int(try varint())
        guard place + count <= bytes.count else { throw Malformed() }
        fields.append((Int(key >> 3), .bytes(Array(bytes[place..<place + count]))))
        place += count
      case 5:
        let value = try (0..<4).reduce(UInt32(0)) { $0 | UInt32(try byte()) << (8 * UInt32($1)) }
        fields.append((Int(key >> 3), .fixed(value)))
      default: throw Malformed()
      }
    }
    self.fields = fields
  }

  func messages(_ number: Int) throws -> [ProtobufReader] { try bytes(number).map { try ProtobufReader($0) } }

  func texts(_ number: Int) -> [String] { bytes(number).map { String(decoding: $0, as: UTF8.self) } }

  func integers(_ number: Int) -> [Int] {
    fields.compactMap { field in
      if field.number == number, case .varint(let value) = field.value {
        Int(Int64(bitPattern: value))
      } else {
        nil
      }
    }
  }

  func bytes(_ number: Int) -> [[UInt8]] {
    fields.compactMap { field in
      if field.number == number, case .bytes(let value) = field.value { value } else { nil }
    }
  }
}
