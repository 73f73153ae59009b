extension Image {
  /// At half the width and height, which must be even: the means of 2 × 2 pixels, as `resampled` would find them.
  func halved() -> Image {
    precondition(width % 2 == 0 && height % 2 == 0, "only even sides are halved")
    let (columns, rows) = (width / 2, height / 2)
    var sums = [UInt16](repeating: 0, count: 3 * width)
    let output = [UInt8](unsafeUninitializedCapacity: 3 * columns * rows) { target, count in
      pixels.withUnsafeBufferPointer { source in
        sums.withUnsafeMutableBufferPointer { sums in
          guard let from = source.baseAddress, let sums = sums.baseAddress, let to = target.baseAddress else { return }
          for row in 0..<rows {
            let upper = from + 6 * width * row
            let lower = upper + 3 * width
            for index in 0..<3 * width { sums[index] = UInt16(upper[index]) &+ UInt16(lower[index]) }
            let line = to + 3 * columns * row
            for column in 0..<columns {
              let pair = sums + 6 * column
              line[3 * column] = UInt8(truncatingIfNeeded: (pair[0] &+ pair[3] &+ 2) >> 2)
              line[3 * column + 1] = UInt8(truncatingIfNeeded: (pair[1] &+ pair[4] &+ 2) >> 2)
              line[3 * column + 2] = UInt8(truncatingIfNeeded: (pair[2] &+ pair[5] &+ 2) >> 2)
            }
          }
        }
      }
      count = 3 * columns * rows
    }
    return Image(width: columns, height: rows, pixels: output)
  }
}
