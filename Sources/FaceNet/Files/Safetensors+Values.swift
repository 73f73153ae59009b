internal import Networks

extension Safetensors {
  /// Appends the values as little-endian 32-bit floats.
  static func appendLittleEndian(_ values: [Float], to bytes: inout [UInt8]) {
    #if _endian(little)
      unsafe values.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    #else
      for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
    #endif
  }

  /// `count` floats from byte `offset` on; the caller has checked that they are there.
  static func littleEndian(_ bytes: [UInt8], at offset: Int, count: Int) -> [Float] {
    precondition(offset >= 0 && count >= 0 && offset + 4 * count <= bytes.count)
    return unsafe bytes.withUnsafeBytes { raw in
      unsafe [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
        for index in 0..<count {
          let bits = unsafe raw.loadUnaligned(fromByteOffset: offset + 4 * index, as: UInt32.self)
          unsafe buffer[index] = Float(bitPattern: UInt32(littleEndian: bits))
        }
        initialised = count
      }
    }
  }

  /// Appends the values as little-endian 16-bit floats.
  static func appendHalves(_ tensor: NamedTensor, to bytes: inout [UInt8]) throws(ModelFileError) {
    for value in tensor.values {
      let half = Float16(value)
      guard half.isFinite else {
        throw ModelFileError(
          .unsupported, "tensor '\(tensor.name)' holds \(value), which half precision cannot: store it as float32")
      }
      unsafe withUnsafeBytes(of: half.bitPattern.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }
  }

  /// `count` 16-bit floats from byte `offset` on; the caller has checked that they are there.
  static func halves(_ bytes: [UInt8], at offset: Int, count: Int) -> [Float] {
    precondition(offset >= 0 && count >= 0 && offset + 2 * count <= bytes.count)
    return unsafe bytes.withUnsafeBytes { raw in
      unsafe [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
        for index in 0..<count {
          let bits = unsafe raw.loadUnaligned(fromByteOffset: offset + 2 * index, as: UInt16.self)
          unsafe buffer[index] = Float(Float16(bitPattern: UInt16(littleEndian: bits)))
        }
        initialised = count
      }
    }
  }
}
