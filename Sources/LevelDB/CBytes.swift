internal import CLevelDB

/// Lends `bytes` in the form the C API takes. The pointer is never null: LevelDB asks for that, even of empty strings.
func withCBytes<R>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>, Int) -> R) -> R {
  bytes.withUnsafeBytes { raw in
    guard let base = raw.baseAddress else {
      return withUnsafePointer(to: CChar(0)) { body($0, 0) }
    }
    return body(base.assumingMemoryBound(to: CChar.self), raw.count)
  }
}

/// Calls a function of the C API that reports errors through `errptr`, and turns its message into an error.
func checked<R>(
  _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
) throws(LevelDBError) -> R {
  var message: UnsafeMutablePointer<CChar>?
  let result = body(&message)
  if let message {
    defer { leveldb_free(message) }
    throw LevelDBError(status: String(cString: message))
  }
  return result
}

/// Copies bytes that LevelDB lends.
func copied(_ start: UnsafePointer<CChar>?, _ count: Int) -> [UInt8] {
  Array(UnsafeRawBufferPointer(start: start, count: count))
}
