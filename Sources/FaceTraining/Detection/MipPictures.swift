internal import Images

/// Pictures in one block of memory, each with itself at a half, a quarter and so on, so that a sample at any scale is
/// taken from one of at most twice its fineness.
struct MipPictures: Sendable {
  struct Level: Sendable {
    var offset: Int
    var width: Int
    var height: Int
  }

  private(set) var bytes: [UInt8] = []
  /// Per picture its levels, the largest first.
  private(set) var levels: [[Level]] = []

  var count: Int { levels.count }

  /// Below this a level has nothing to show any more.
  private static let smallestSide = 8

  mutating func append(_ picture: Image) {
    var levels = [Level(offset: bytes.count, width: picture.width, height: picture.height)]
    bytes.append(contentsOf: picture.pixels)
    while let last = levels.last, min(last.width, last.height) >= 2 * Self.smallestSide {
      let half = Level(offset: bytes.count, width: last.width / 2, height: last.height / 2)
      bytes.append(contentsOf: repeatElement(0, count: half.width * half.height * 3))
      bytes.withUnsafeMutableBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return }
        Self.halve(start + last.offset, last, to: start + half.offset, half)
      }
      levels.append(half)
    }
    self.levels.append(levels)
  }

  mutating func reserve(_ bytes: Int) { self.bytes.reserveCapacity(bytes) }

  /// The mean over 2 × 2 pixels each; an odd last row or column is left out.
  private static func halve(
    _ from: UnsafePointer<UInt8>, _ large: Level, to: UnsafeMutablePointer<UInt8>, _ small: Level
  ) {
    for row in 0..<small.height {
      let upper = from + 2 * row * large.width * 3
      let lower = upper + large.width * 3
      let out = to + row * small.width * 3
      for column in 0..<small.width {
        for channel in 0..<3 {
          let left = 6 * column + channel
          let sum = UInt16(upper[left]) + UInt16(upper[left + 3]) + UInt16(lower[left]) + UInt16(lower[left + 3])
          out[3 * column + channel] = UInt8((sum + 2) / 4)
        }
      }
    }
  }

  /// Calls `body` with the level that is at most twice as fine as `step` (pixels of the picture per result pixel) asks,
  /// and how often it was halved.
  func withLevel(
    _ picture: Int, step: Float, _ base: UnsafePointer<UInt8>, _ body: (PictureBytes, _ halvings: Int) -> Void
  ) {
    var halvings = 0
    // From 1.5 the coarser level loses less than the finer one aliases.
    while step / Float(1 << halvings) >= 1.5, halvings + 1 < levels[picture].count { halvings += 1 }
    let level = levels[picture][halvings]
    body(PictureBytes(start: base + level.offset, width: level.width, height: level.height), halvings)
  }
}
