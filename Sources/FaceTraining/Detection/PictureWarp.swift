/// A picture somewhere in memory: interleaved RGB bytes, rows without gaps.
struct PictureBytes {
  var start: UnsafePointer<UInt8>
  var width: Int
  var height: Int
}

/// Where the pixels of a result lie in a picture: a similarity, or one with a mirror.
///
/// Pixel (column, row) of the result, by its centre, shows the picture at `origin` + column · `right` + row · `down`;
/// whole numbers are centres of the picture's pixels.
struct Warp {
  var origin: (x: Float, y: Float)
  var right: (x: Float, y: Float)
  var down: (x: Float, y: Float)

  /// A result of `pixels` × `pixels` about a point of the picture (the centre of its first pixel being 0.5).
  /// - Parameters:
  ///   - step: picture pixels per result pixel.
  ///   - angle: from the picture's x axis to the result's, clockwise as seen.
  init(centre: (x: Float, y: Float), step: Float, angle: (cosine: Float, sine: Float), mirror: Bool, pixels: Int) {
    let (cosine, sine) = (angle.cosine * step, angle.sine * step)
    right = mirror ? (-cosine, -sine) : (cosine, sine)
    down = (-sine, cosine)
    let reach = Float(pixels - 1) / 2
    origin = (centre.x - 0.5 - (right.x + down.x) * reach, centre.y - 0.5 - (right.y + down.y) * reach)
  }

  /// The same on a picture shrunk to half its size `times` times.
  func halved(_ times: Int) -> Warp {
    var warp = self
    for _ in 0..<times {
      // Centres of pixels: x' = (x + ½) / 2 − ½.
      warp.origin = ((warp.origin.x - 0.5) / 2, (warp.origin.y - 0.5) / 2)
      warp.right = (warp.right.x / 2, warp.right.y / 2)
      warp.down = (warp.down.x / 2, warp.down.y / 2)
    }
    return warp
  }

  enum Outside {
    /// The picture's edge goes on.
    case edge
    /// What the result held stays.
    case keep
  }

  /// Bilinear samples as bytes' values, 0 to 255, to three planes of `width` × `height`.
  /// - Parameter window: the pixels of the result that are written.
  func write(
    _ picture: PictureBytes, to planes: UnsafeMutablePointer<Float>, width: Int, height: Int, outside: Outside,
    window: PixelWindow? = nil
  ) {
    let window = window ?? PixelWindow(columns: 0..<width, rows: 0..<height)
    let plane = width * height
    let (lastX, lastY) = (Float(picture.width - 1), Float(picture.height - 1))
    let keeps = outside == .keep
    for row in window.rows {
      let lineX = origin.x + Float(row) * down.x
      let lineY = origin.y + Float(row) * down.y
      let out = planes + row * width
      for column in window.columns {
        let x = lineX + Float(column) * right.x
        let y = lineY + Float(column) * right.y
        if keeps && !(x >= -0.5 && y >= -0.5 && x <= lastX + 0.5 && y <= lastY + 0.5) { continue }
        let colour = picture.sample(x, y)
        out[column] = colour.x
        out[plane + column] = colour.y
        out[2 * plane + column] = colour.z
      }
    }
  }
}

/// A rectangle of pixels.
struct PixelWindow: Sendable {
  var columns: Range<Int>
  var rows: Range<Int>

  /// Repeats the rectangle's border in all of a plane of `side` × `side` numbers.
  func extend(_ plane: UnsafeMutablePointer<Float>, side: Int) {
    guard !columns.isEmpty, !rows.isEmpty else { return }
    let (left, right) = (columns.lowerBound, columns.upperBound - 1)
    let (top, bottom) = (rows.lowerBound, rows.upperBound - 1)
    for row in rows {
      let line = plane + row * side
      for column in 0..<left { line[column] = line[left] }
      for column in right..<side { line[column] = line[right] }
    }
    for row in 0..<top { (plane + row * side).update(from: plane + top * side, count: side) }
    for row in bottom + 1..<max(side, bottom + 1) {
      (plane + row * side).update(from: plane + bottom * side, count: side)
    }
  }

  /// One number in all of a plane but the rectangle.
  func surround(_ plane: UnsafeMutablePointer<Float>, side: Int, with value: Float) {
    for row in 0..<side {
      let line = plane + row * side
      if rows.contains(row) {
        line.update(repeating: value, count: columns.lowerBound)
        (line + columns.upperBound).update(repeating: value, count: side - columns.upperBound)
      } else {
        line.update(repeating: value, count: side)
      }
    }
  }
}

extension PictureBytes {
  /// The colour at a place, bilinear; outside the picture that of its edge.
  @inline(__always)
  func sample(_ x: Float, _ y: Float) -> SIMD4<Float> {
    let (x, y) = (max(0, min(Float(width - 1), x)), max(0, min(Float(height - 1), y)))
    let (left, top) = (Int(x), Int(y))
    let (fx, fy) = (x - Float(left), y - Float(top))
    let a = start + (top * width + left) * 3
    let b = left + 1 < width ? a + 3 : a
    let below = top + 1 < height ? width * 3 : 0
    let upper = Self.colour(a) * (1 - fx) + Self.colour(b) * fx
    let lower = Self.colour(a + below) * (1 - fx) + Self.colour(b + below) * fx
    return upper * (1 - fy) + lower * fy
  }

  @inline(__always)
  private static func colour(_ pixel: UnsafePointer<UInt8>) -> SIMD4<Float> {
    SIMD4(Float(pixel[0]), Float(pixel[1]), Float(pixel[2]), 0)
  }
}
