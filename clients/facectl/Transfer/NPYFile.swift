import FaceTypes
import Foundation

/// A .npy file of vectors that is read row by row, as often as needed; no more than some rows are in memory.
final class NPYFile {
  let header: NPYHeader
  private let path: String
  private let start: Int
  private let descriptor: Int32

  /// - Throws: why the file is not a whole table of float32 vectors.
  init(_ path: String) throws(TransferError) {
    descriptor = unsafe open(RawPath(path).bytes, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else {
      throw .file("\(path): the file cannot be read: \(systemMessage(errno))")
    }
    self.path = path
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .file("\(path): it is not a file; vectors are read twice, so they cannot come from a pipe")
    }
    do throws(TransferError) {
      let head = try Self.read(descriptor, path, count: min(NPYHeader.maximumBytes, Int(status.st_size)), at: 0)
      (header, start) = try NPYHeader.read(head, of: path)
      let wanted = start + 4 * header.rows * header.columns
      guard Int(status.st_size) == wanted else {
        throw .file(
          "\(path): it has \(status.st_size) bytes, and \(header.rows) rows of \(header.columns) float32 need \(wanted); it "
            + "was cut off, or something was added")
      }
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  /// Some rows, one after the other.
  func values(_ rows: Range<Int>) throws(TransferError) -> [Float] {
    let size = 4 * header.columns
    let bytes = try Self.read(descriptor, path, count: rows.count * size, at: start + rows.lowerBound * size)
    return unsafe bytes.withUnsafeBytes { raw in
      (0..<rows.count * header.columns).map {
        unsafe Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
      }
    }
  }

  func row(_ number: Int) throws(TransferError) -> [Float] { try values(number..<number + 1) }

  /// Reads every row of a file whose rows must have `dimension` components.
  ///
  /// - Throws: as `check()`.
  func check(dimension: Int) throws(TransferError) {
    guard header.columns == dimension else {
      throw .file("\(path): its vectors have \(header.columns) components; this model's have \(dimension)")
    }
    try check()
  }

  /// Reads every row.
  ///
  /// - Throws: the first that cannot be compared: not finite, or not of length 1.
  func check() throws(TransferError) {
    let step = 1024
    for first in stride(from: 0, to: header.rows, by: step) {
      let rows = first..<min(first + step, header.rows)
      let values = try values(rows)
      for row in rows {
        let start = (row - first) * header.columns
        var squared: Float = 0
        unsafe values.withUnsafeBufferPointer { values in
          for place in start..<start + header.columns { unsafe squared += values[place] * values[place] }
        }
        if abs(squared - 1) <= Self.tolerance { continue }
        guard squared.isFinite else {
          throw .file("\(path): row \(row) has a number that is not finite, or too large; leave the row out")
        }
        throw .file(
          "\(path): row \(row) has the length \(squared.squareRoot()), and vectors have length 1; divide each by its length, "
            + "vectors are not scaled here")
      }
    }
  }

  /// How far a squared length may be from 1, as the daemon has it.
  private static let tolerance: Float = 1e-3

  private static func read(
    _ descriptor: Int32, _ path: String, count: Int, at offset: Int
  ) throws(TransferError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let read = unsafe bytes.withUnsafeMutableBytes {
        unsafe pread(descriptor, $0.baseAddress! + done, count - done, off_t(offset + done))
      }
      if read < 0, errno == EINTR { continue }
      guard read > 0 else {
        throw .file(
          "\(path): it cannot be read: \(read == 0 ? "it has become shorter" : systemMessage(errno))")
      }
      done += read
    }
    return bytes
  }
}
