// Where files say how they lie. EXIF counts before XMP, and of several notes of a kind the first that says anything.
// A file that says nothing lies as its pixels do.

extension Orientation {
  /// Of the APP1 segments before the picture data.
  init(jpeg bytes: [UInt8]) {
    let segments = Self.notes(jpeg: bytes)
    let xmpMark = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
    for segment in segments {
      if let found = Exif.orientation(segment: segment) {
        self = found
        return
      }
    }
    for segment in segments where segment.starts(with: xmpMark) {
      if let found = XMP.orientation(packet: segment.dropFirst(xmpMark.count)) {
        self = found
        return
      }
    }
    self = .topLeft
  }

  /// Of the eXIf and iTXt chunks, before or after the picture data.
  init(png bytes: [UInt8]) {
    let chunks = Self.chunks(png: bytes)
    for chunk in chunks where chunk.name == "eXIf" {
      if let found = Exif.orientation(chunk: chunk.data) {
        self = found
        return
      }
    }
    for chunk in chunks where chunk.name == "iTXt" {
      if let packet = Self.packet(text: chunk.data), let found = XMP.orientation(packet: packet) {
        self = found
        return
      }
    }
    self = .topLeft
  }

  /// Of the EXIF and XMP chunks, which follow the picture data.
  init(webp bytes: [UInt8]) {
    let chunks = RIFFChunks(bytes).chunks
    for chunk in chunks where chunk.name == "EXIF" {
      if let found = Exif.orientation(chunk: chunk.data) {
        self = found
        return
      }
    }
    for chunk in chunks where chunk.name == "XMP " {
      if let found = XMP.orientation(packet: chunk.data) {
        self = found
        return
      }
    }
    self = .topLeft
  }

  /// The bodies of all APP1 segments before the picture data.
  private static func notes(jpeg bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var notes: [ArraySlice<UInt8>] = []
    var position = 2
    while position + 4 <= bytes.count, bytes[position] == 0xFF {
      let marker = bytes[position + 1]
      if marker == 0xFF {  // a fill byte
        position += 1
        continue
      }
      if marker == 0xDA || marker == 0xD9 { break }  // picture data, or the end
      if marker == 0x01 || (0xD0...0xD8).contains(marker) {  // markers without a length
        position += 2
        continue
      }
      let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
      guard length >= 2, position + 2 + length <= bytes.count else { break }
      if marker == 0xE1 { notes.append(bytes[position + 4..<position + 2 + length]) }
      position += 2 + length
    }
    return notes
  }

  private static func chunks(png bytes: [UInt8]) -> [(name: String, data: ArraySlice<UInt8>)] {
    var chunks: [(name: String, data: ArraySlice<UInt8>)] = []
    var position = 8
    while position + 12 <= bytes.count {
      let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - position - 12 else { break }
      let body = position + 8
      let name = String(decoding: bytes[position + 4..<body], as: UTF8.self)
      if name == "eXIf" || name == "iTXt" { chunks.append((name, bytes[body..<body + length])) }
      position = body + length + 4
    }
    return chunks
  }

  /// The XMP packet of an iTXt chunk: keyword, whether and how it is packed, language, translated keyword, text. XMP in PNG
  /// is not packed (XMP specification part 3, section 1.1.5).
  private static func packet(text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let keyword = Array("XML:com.adobe.xmp\0".utf8)
    guard text.starts(with: keyword) else { return nil }
    let rest = text.dropFirst(keyword.count)
    guard rest.count > 2, rest.first == 0 else { return nil }
    guard let language = rest.dropFirst(2).firstIndex(of: 0), let translated = rest[(language + 1)...].firstIndex(of: 0)
    else { return nil }
    return rest[(translated + 1)...]
  }
}
