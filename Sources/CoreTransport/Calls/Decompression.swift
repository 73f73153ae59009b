internal import CZlib
internal import GRPCCore

/// Takes gzip and deflate apart, up to a limit.
enum Decompression {
  private static let firstBytes = 64 << 10

  /// - Parameters:
  ///   - isGzip: gzip's frame around the data; zlib's otherwise.
  ///   - limit: the most bytes that may come out.
  /// - Throws: `resourceExhausted` beyond the limit, `internalError` for damaged data.
  static func decompress(_ input: ByteStorage, isGzip: Bool, limit: Int) throws(RPCError) -> ByteStorage {
    var stream = z_stream()
    let window = MAX_WBITS + (isGzip ? 16 : 0)
    guard inflateInit2_(&stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw RPCError(code: .internalError, message: "there is no memory to decompress the message with")
    }
    defer { inflateEnd(&stream) }
    stream.next_in = input.base.assumingMemoryBound(to: UInt8.self)
    stream.avail_in = UInt32(clamping: input.count)
    var output = ByteStorage(count: min(max(firstBytes, input.count), limit + 1))
    var filled = 0
    while true {
      stream.next_out = (output.base + filled).assumingMemoryBound(to: UInt8.self)
      let room = output.count - filled
      stream.avail_out = UInt32(clamping: room)
      let result = inflate(&stream, Z_NO_FLUSH)
      filled += room - Int(stream.avail_out)
      guard filled <= limit else {
        throw RPCError(
          code: .resourceExhausted, message: "the message has more than \(limit) bytes once it is decompressed")
      }
      if result == Z_STREAM_END { break }
      guard result == Z_OK || (result == Z_BUF_ERROR && stream.avail_out == 0),
        stream.avail_out == 0 || stream.avail_in > 0
      else {
        throw RPCError(code: .internalError, message: "the compressed message is damaged")
      }
      if stream.avail_out == 0 { output = output.grown(to: min(output.count * 2, limit + 1), keeping: filled) }
    }
    return output.grown(to: filled, keeping: filled)
  }
}

extension ByteStorage {
  /// A copy of another size.
  fileprivate func grown(to count: Int, keeping kept: Int) -> ByteStorage {
    let copy = ByteStorage(count: count)
    copy.base.copyMemory(from: base, byteCount: min(kept, count))
    return copy
  }
}
