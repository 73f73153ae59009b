internal import FaceNet
internal import FaceTypes
internal import Glibc

/// The log of a run: one JSON object per line, appended and flushed line by line.
final class RunLog {
  private let descriptor: Int32

  /// Opens the file at its end.
  ///
  /// - Parameter keeping: lines of steps after this one are dropped first: a resumed run writes them again.
  init(path: String, keeping step: Int) throws(TrainingError) {
    if step == 0 {
      unlink(path)
    } else if Folder.exists(path) {
      do {
        let text = String(decoding: try FileBytes.read(path, limit: 1 << 30), as: UTF8.self)
        let kept = text.split(separator: "\n").filter { (Self.step(of: $0) ?? 0) <= step }
        try FileBytes.writeAtomically(Array(kept.map { "\($0)\n" }.joined().utf8), to: path)
      } catch {
        throw TrainingError(.unreadable, "the log cannot be continued: \(error)")
      }
    }
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw TrainingError(.unreadable, "cannot open the log '\(path)': \(systemMessage(errno))")
    }
  }

  deinit { close(descriptor) }

  func write(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }

  private static func step(of line: Substring) -> Int? {
    guard let start = line.range(of: "\"step\":") else { return nil }
    return Int(line[start.upperBound...].prefix { $0.isNumber })
  }
}

extension Substring {
  /// Where a text first occurs.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
