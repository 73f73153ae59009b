internal import Foundation

/// What a check of a log's chain found.
package struct AuditVerification: Sendable {
  /// Lines that are in order, from the first on.
  package var lines: UInt64 = 0
  package var firstNumber: UInt64?
  package var lastNumber: UInt64?
  /// The hash of the last line in order: whoever writes it down elsewhere can tell later that nothing before it was
  /// changed, and that the log was not cut off before it.
  package var lastHash: String?
  /// The first thing that is wrong, in one sentence; nil where all is in order.
  package var problem: String?

  /// Checks a file, or all files of a folder as one chain.
  ///
  /// - Parameter containing: a hash that must be that of one of the lines.
  /// - Throws: `AuditError` when nothing can be read there.
  package static func check(path: String, containing wanted: String? = nil) throws -> AuditVerification {
    var isDirectory: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw AuditError("there is no audit log '\(path)'")
    }
    let files = isDirectory.boolValue ? try AuditFiles.all(in: path) : [path]
    guard !files.isEmpty else { throw AuditError("there is no audit log in '\(path)'") }
    var result = AuditVerification()
    var wasSeen = wanted == nil
    for file in files where result.problem == nil {
      var place = 0
      try AuditFiles.forEachLine(file) { text, isWhole in
        place += 1
        result.take(text, isWhole, "line \(place) of '\(file)'")
        if result.problem == nil, result.lastHash == wanted { wasSeen = true }
        return result.problem == nil
      }
    }
    if result.problem == nil, !wasSeen {
      result.problem = "no line has the hash \(wanted ?? ""): the log was cut off or rewritten"
    }
    return result
  }

  private mutating func take(_ text: String, _ isWhole: Bool, _ place: String) {
    guard let line = AuditLine(text) else {
      problem =
        isWhole ? "\(place) was changed" : "\(place) is incomplete: the daemon crashed, or the log was cut off"
      return
    }
    // The first line of what is checked may follow on files that were removed with age.
    if let lastHash, line.previous != lastHash {
      problem = "\(place) does not continue the line before it: lines were removed, added or changed"
      return
    }
    if let lastNumber, line.number != lastNumber + 1 {
      problem = "\(place) has the number \(line.number) where \(lastNumber + 1) was expected"
      return
    }
    if firstNumber == nil { firstNumber = line.number }
    lines += 1
    lastNumber = line.number
    lastHash = line.hash
  }
}
