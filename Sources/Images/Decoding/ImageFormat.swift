/// What a file's first bytes say that it is.
enum ImageFormat: Hashable {
  case jpeg
  case png
  case webp
  /// By the name people know it under.
  case heif(String)
  /// A known format that is not read here, by the name people know it under.
  case other(String)
  /// No picture; what it looks like instead.
  case notAnImage(String)

  init(_ bytes: [UInt8]) {
    func has(_ signature: [UInt8], at offset: Int = 0) -> Bool {
      bytes.count >= offset + signature.count && bytes[offset..<offset + signature.count].elementsEqual(signature)
    }
    func has(_ text: String, at offset: Int = 0) -> Bool { has(Array(text.utf8), at: offset) }

    if bytes.isEmpty {
      self = .notAnImage("empty: 0 bytes")
    } else if has([0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if has("GIF87a") || has("GIF89a") {
      self = .other("GIF")
    } else if has("RIFF") && has("WEBP", at: 8) {
      self = .webp
    } else if has("ftyp", at: 4) {
      self = Self.container(brand: bytes.dropFirst(8).prefix(4))
    } else if has("II*\0") || has("MM\0*") {
      self = .other("TIFF (or a camera's raw format)")
    } else if has([0xFF, 0x0A]) || has([0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20]) {
      self = .other("JPEG XL")
    } else if has([0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20]) {
      self = .other("JPEG 2000")
    } else if has("BM") && bytes.count >= 26 && bytes[6..<10].allSatisfy({ $0 == 0 }) {
      self = .other("BMP")
    } else if has("%PDF") {
      self = .notAnImage("a PDF document")
    } else if has("PK\u{3}\u{4}") {
      self = .notAnImage("a ZIP archive or office document")
    } else if Self.looksLikeText(bytes) {
      self = .notAnImage("plain text")
    } else {
      self = .notAnImage("unknown binary data")
    }
  }

  /// ISO media files (HEIC, AVIF, MP4) differ by their major brand.
  private static func container(brand: ArraySlice<UInt8>) -> ImageFormat {
    switch String(decoding: brand, as: UTF8.self) {
    case "heic", "heix", "hevc", "heim", "heis", "mif1", "msf1": .heif("HEIC")
    case "avif", "avis": .heif("AVIF")
    default: .notAnImage("a video or another media container")
    }
  }

  private static func looksLikeText(_ bytes: [UInt8]) -> Bool {
    let start = bytes.prefix(512)
    let printable = start.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
    // A character cut in two where the prefix ends decodes to one replacement character.
    let replaced = String(decoding: start, as: UTF8.self).unicodeScalars.count { $0 == "\u{FFFD}" }
    return printable && replaced <= (bytes.count > start.count ? 1 : 0)
  }
}
