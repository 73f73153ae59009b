internal import FaceNet

/// LFW's `pairs.txt`: a line with the number of folds and of pairs of each kind in a fold, then per fold the pairs of
/// one person (`name number number`) and those of two (`name number name number`).
package struct PairList: Sendable {
  package struct Pair: Hashable, Sendable {
    /// Paths below the pictures' folder.
    package var first: String
    package var second: String
    package var same: Bool

    package init(first: String, second: String, same: Bool) {
      (self.first, self.second, self.same) = (first, second, same)
    }
  }

  package let folds: [[Pair]]

  package init(path: String) throws(TrainingError) {
    let bytes: [UInt8]
    do {
      bytes = try FileBytes.read(path, limit: 64 << 20)
    } catch {
      throw TrainingError(.unreadable, "the pairs: \(error)")
    }
    try self.init(text: String(decoding: bytes, as: UTF8.self), name: path)
  }

  package init(text: String, name: String) throws(TrainingError) {
    let lines = text.split(whereSeparator: \.isNewline).map { $0.split { $0 == "\t" || $0 == " " } }
    let header = lines.first?.compactMap { Int($0) } ?? []
    guard header.count == 2, (2...1000).contains(header[0]), (1...1_000_000).contains(header[1]),
      lines.count == 1 + header[0] * 2 * header[1]
    else {
      throw TrainingError(
        .badData, "'\(name)' is no list of pairs: its first line must say folds and pairs, and as many lines follow")
    }
    var folds: [[Pair]] = []
    for fold in 0..<header[0] {
      var pairs: [Pair] = []
      for number in 1 + fold * 2 * header[1]..<1 + (fold + 1) * 2 * header[1] {
        let line = lines[number]
        if line.count == 3, let a = Int(line[1]), let b = Int(line[2]) {
          pairs.append(Pair(first: Self.file(line[0], a), second: Self.file(line[0], b), same: true))
        } else if line.count == 4, let a = Int(line[1]), let b = Int(line[3]) {
          pairs.append(Pair(first: Self.file(line[0], a), second: Self.file(line[2], b), same: false))
        } else {
          throw TrainingError(.badData, "line \(number + 1) of '\(name)' is no pair")
        }
      }
      folds.append(pairs)
    }
    self.folds = folds
  }

  private init(folds: [[Pair]]) { self.folds = folds }

  /// A part of the list: of every fold the pairs at multiples of `step`, for a quick look.
  package func every(_ step: Int) -> PairList {
    PairList(folds: folds.map { fold in stride(from: 0, to: fold.count, by: step).map { fold[$0] } })
  }

  private static func file(_ name: Substring, _ number: Int) -> String {
    let digits = String(number)
    return "\(name)/\(name)_" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ".jpg"
  }
}
