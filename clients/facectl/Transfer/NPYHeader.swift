import Foundation

/// The head of NumPy's .npy files: of float32 tables in rows, which is the one kind that is read and written here.
struct NPYHeader: Hashable, Sendable {
  var rows: Int
  var columns: Int

  /// Bytes before the first number.
  static let writtenBytes = 128
  /// A head that is longer holds something else.
  static let maximumBytes = 4096
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The head of a file, as version 1.0, filled up to `writtenBytes` so that the number of rows can be written later.
  var bytes: [UInt8] {
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
    let length = Self.writtenBytes - 10
    let padding = String(repeating: " ", count: length - text.utf8.count - 1)
    return Self.magic + [1, 0, UInt8(length), 0] + Array((text + padding + "\n").utf8)
  }

  /// Reads the head of a file.
  ///
  /// - Parameter start: the file's first `maximumBytes` bytes, or all of them.
  /// - Returns: the head, and how many bytes it has.
  /// - Throws: what kind of file it is instead, and how to save it as needed.
  static func read(_ start: [UInt8], of file: String) throws(TransferError) -> (NPYHeader, bytes: Int) {
    func refuse(_ what: String) -> TransferError { .file("\(file): \(what)") }
    guard start.count >= 12, start.starts(with: magic) else { throw refuse("it is not a .npy file") }
    let (offset, length): (Int, Int)
    switch start[6] {
    case 1: (offset, length) = (10, Int(start[8]) | Int(start[9]) << 8)
    case 2, 3: (offset, length) = (12, (0..<4).reduce(0) { $0 | Int(start[8 + $1]) << (8 * $1) })
    default: throw refuse("it is of .npy version \(start[6]), and 1 to 3 are supported")
    }
    guard offset + length <= min(start.count, maximumBytes) else { throw refuse("its header is cut off or too long") }
    let text = String(decoding: start[offset..<offset + length], as: UTF8.self)
    guard let type = value("descr", of: text), let order = value("fortran_order", of: text),
      let shape = value("shape", of: text)
    else { throw refuse("its header lacks the type, order or shape") }
    guard type == "'<f4'" else {
      throw refuse("its numbers are \(type), not little-endian float32; save it with numpy's astype('<f4')")
    }
    guard order == "False" else {
      throw refuse("it is in Fortran order, column by column; save it with numpy.ascontiguousarray")
    }
    let sizes = shape.trimmingCharacters(in: ["(", ")"]).split(separator: ",", omittingEmptySubsequences: true)
      .map { Int($0.trimmingCharacters(in: .whitespaces)) }
    guard sizes.count == 2, let rows = sizes[0], let columns = sizes[1], rows >= 0, (1...4096).contains(columns),
      rows <= Int.max / (4 * columns) / 2
    else { throw refuse("its shape is \(shape); a table of vectors has two sizes, (vectors, components)") }
    return (NPYHeader(rows: rows, columns: columns), offset + length)
  }

  /// The text of a key's value: up to the comma behind it, or whole in its brackets.
  private static func value(_ key: String, of text: String) -> String? {
    guard let found = text.range(of: "'\(key)':") else { return nil }
    let rest = text[found.upperBound...].drop { $0 == " " }
    if rest.first == "(" { return rest.firstIndex(of: ")").map { String(rest[...$0]) } }
    return rest.firstIndex { $0 == "," || $0 == "}" }.map { rest[..<$0].trimmingCharacters(in: .whitespaces) }
  }
}
