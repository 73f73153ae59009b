import CChecksum
import Foundation
import VectorIndex

/// Index checkpoints whose header has a right checksum, so that its numbers are read.
enum FuzzCheckpoints {
  /// 64-bit numbers of the header before its checksum.
  private static let numbers = 54

  static func test(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    var bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if bytes.count >= 8 * (numbers + 1) {
      var checksum = vk_checksum(bytes, 8 * numbers).littleEndian
      withUnsafeBytes(of: &checksum) { bytes.replaceSubrange(8 * numbers..<8 * (numbers + 1), with: $0) }
    }
    let path = NSTemporaryDirectory() + "/fuzzed-\(getpid()).checkpoint"
    _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
    defer { unlink(path) }
    guard let read = try? VectorIndex.read(checkpoint: path, dimension: 128, sequences: 0...UInt64.max) else { return }
    // What was read can be searched.
    _ = try? read.index.search([1] + Array(repeating: 0, count: 127), count: 3)
  }
}

/// What libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput") public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  FuzzCheckpoints.test(start, count)
  return 0
}
