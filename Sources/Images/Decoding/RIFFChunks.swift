/// The chunks of a WebP file (WebP container specification): four letters, a little-endian length, the data, padded to an
/// even number of bytes.
struct RIFFChunks {
  private(set) var chunks: [(name: String, data: ArraySlice<UInt8>)] = []
  /// The file is shorter than its header says.
  let endsEarly: Bool
  /// The chunk that the file ends in.
  private(set) var cut: String?

  init(_ bytes: [UInt8]) {
    func length(at offset: Int) -> Int { bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | Int($1) } }
    guard bytes.count >= 12 else {
      endsEarly = true
      return
    }
    let end = min(bytes.count, 8 + length(at: 4))
    endsEarly = bytes.count < 8 + length(at: 4)
    var position = 12
    while position + 8 <= end {
      let name = String(decoding: bytes[position..<position + 4], as: UTF8.self)
      let size = length(at: position + 4)
      guard size <= end - position - 8 else {
        cut = name
        return
      }
      chunks.append((name, bytes[position + 8..<position + 8 + size]))
      position += 8 + size + size % 2
    }
  }

  /// Whether the picture's stream is there to its last byte.
  var hasWholePicture: Bool { chunks.contains { $0.name == "VP8 " || $0.name == "VP8L" } }
}
