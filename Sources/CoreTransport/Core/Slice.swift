internal import CGRPC

extension grpc_slice {
  /// A new slice with a copy of the string's UTF-8. The caller unrefs it.
  init(copying string: String) {
    var string = string
    self = string.withUTF8 { Self(copying: UnsafeRawBufferPointer($0)) }
  }

  /// A new slice with a copy of the bytes. The caller unrefs it.
  init(copying bytes: UnsafeRawBufferPointer) {
    self = grpc_slice_from_copied_buffer(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
  }

  /// Small slices keep their bytes in the struct itself, large ones elsewhere.
  func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    if refcount != nil {
      return body(UnsafeRawBufferPointer(start: data.refcounted.bytes, count: data.refcounted.length))
    }
    let length = Int(data.inlined.length)
    return withUnsafeBytes(of: data.inlined.bytes) { body(UnsafeRawBufferPointer(rebasing: $0.prefix(length))) }
  }

  /// The bytes as text; what is not UTF-8 is repaired.
  var string: String { withBytes { String(decoding: $0, as: UTF8.self) } }

  var byteArray: [UInt8] { withBytes { Array($0) } }
}
