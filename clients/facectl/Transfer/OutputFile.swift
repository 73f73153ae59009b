import FaceTypes
import Foundation

/// A file that is being written: gathered in memory, checked at every write, private to its owner.
final class OutputFile {
  private let path: String
  private let descriptor: Int32
  private var waiting = Data()

  init(_ path: String) throws(TransferError) {
    self.path = path
    descriptor = unsafe open(RawPath(path).bytes, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.failed(path) }
  }

  deinit { close(descriptor) }

  func write(_ bytes: some DataProtocol) throws(TransferError) {
    waiting.append(contentsOf: bytes)
    if waiting.count >= 1 << 20 { try flush() }
  }

  /// Writes bytes anew at the start of the file, which has them already.
  func replaceStart(_ bytes: [UInt8]) throws(TransferError) {
    try flush()
    guard unsafe pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else { throw Self.failed(path) }
  }

  func flush() throws(TransferError) {
    var done = 0
    while done < waiting.count {
      let written = unsafe waiting.withUnsafeBytes {
        unsafe Foundation.write(descriptor, $0.baseAddress! + done, $0.count - done)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw Self.failed(path) }
      done += written
    }
    waiting.removeAll(keepingCapacity: true)
  }

  /// Everything has left for the disk.
  func finish() throws(TransferError) {
    try flush()
    guard fsync(descriptor) == 0 else { throw Self.failed(path) }
  }

  static func failed(_ path: String) -> TransferError {
    TransferError(reason: "EXPORT_FAILED", message: "cannot write '\(path)': \(systemMessage(errno))")
  }
}
