/// Element types, by their number in ONNX's `TensorProto.DataType`.
enum Elements: Int64 {
  case float = 1
  case int32 = 6
  case int64 = 7
  case bool = 9
  case float16 = 10
  case double = 11

  var bytes: Int {
    switch self {
    case .bool: 1
    case .float16: 2
    case .float, .int32: 4
    case .int64, .double: 8
    }
  }

  var isWhole: Bool { self == .int32 || self == .int64 || self == .bool }

  /// Little-endian numbers as floats, rounded.
  static func append(_ bytes: ArraySlice<UInt8>, _ type: Elements, to values: inout [Float]) throws(ONNXError) {
    let count = try type.count(bytes)
    values.reserveCapacity(values.count + count)
    unsafe bytes.withUnsafeBytes { raw in
      for i in 0..<count {
        switch type {
        case .float:
          let bits = unsafe UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self))
          values.append(Float(bitPattern: bits))
        case .float16:
          unsafe values.append(half(UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))))
        case .double:
          let bits = unsafe UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self))
          values.append(Float(Double(bitPattern: bits)))
        case .int32, .int64, .bool: break
        }
      }
    }
  }

  /// Little-endian whole numbers.
  static func append(_ bytes: ArraySlice<UInt8>, _ type: Elements, to values: inout [Int64]) throws(ONNXError) {
    let count = try type.count(bytes)
    values.reserveCapacity(values.count + count)
    unsafe bytes.withUnsafeBytes { raw in
      for i in 0..<count {
        switch type {
        case .int32:
          unsafe values.append(
            Int64(Int32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * i, as: Int32.self))))
        case .int64:
          unsafe values.append(Int64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * i, as: Int64.self)))
        case .bool: unsafe values.append(raw[i] == 0 ? 0 : 1)
        case .float, .float16, .double: break
        }
      }
    }
  }

  private func count(_ raw: ArraySlice<UInt8>) throws(ONNXError) -> Int {
    guard raw.count % bytes == 0 else { throw WireReader.damaged("\(raw.count) bytes of numbers of \(bytes) bytes") }
    return raw.count / bytes
  }

  /// IEEE 754 binary16.
  static func half(_ bits: UInt16) -> Float {
    let sign: Float = bits >> 15 == 0 ? 1 : -1
    let (exponent, fraction) = (Int(bits >> 10 & 31), Float(bits & 1023) / 1024)
    switch exponent {
    case 0: return sign * fraction * 0x1p-14
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction)
    }
  }
}
