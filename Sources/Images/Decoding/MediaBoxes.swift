/// The outermost boxes of an ISO media file (ISO/IEC 14496-12, 4.2): a big-endian length that counts itself, four letters,
/// the contents.
enum MediaBoxes {
  /// Whether the file stops within its last box.
  static func endEarly(_ bytes: [UInt8]) -> Bool {
    func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
    var position = 0
    while position < bytes.count {
      guard position + 8 <= bytes.count else { return true }
      var length = number(position..<position + 4)
      // 0 reaches to the end of the file, and 1 says the length in eight more bytes.
      if length == 0 { return false }
      if length == 1 {
        guard position + 16 <= bytes.count else { return true }
        length = number(position + 8..<position + 16)
      }
      guard length >= 8, length <= UInt64(bytes.count - position) else { return true }
      position += Int(length)
    }
    return false
  }
}
