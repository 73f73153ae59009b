internal import FaceTypes

extension Embedding {
  /// The components as IEEE 754 single precision, little-endian, one after the other.
  var storedBytes: [UInt8] {
    #if _endian(little)
      return unsafe values.withUnsafeBytes { unsafe Array($0) }
    #else
      return values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
    #endif
  }

  init(stored bytes: [UInt8], size: Int) throws(StoreError) {
    var values = [Float](repeating: 0, count: size)
    unsafe try bytes.span.bytes.copyFloats(to: &values)
    self.init(unit: values)
  }
}

extension RawSpan {
  /// Copies little-endian floats out of bytes that need not be aligned.
  ///
  /// - Throws: `corruption` when there are more or fewer bytes than floats wanted.
  func copyFloats(to target: inout [Float]) throws(StoreError) {
    guard byteCount == 4 * target.count else {
      throw .corrupt("embedding", "it has \(byteCount) bytes instead of \(4 * target.count)")
    }
    #if _endian(little)
      unsafe withUnsafeBytes { source in
        unsafe target.withUnsafeMutableBytes { unsafe $0.copyMemory(from: source) }
      }
    #else
      for index in 0..<target.count {
        let bits = unsafeLoadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
        target[index] = Float(bitPattern: UInt32(littleEndian: bits))
      }
    #endif
  }
}
