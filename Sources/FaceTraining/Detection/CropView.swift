internal import FaceTypes
internal import Glibc

/// What a detector's crop shows of a picture.
struct CropView {
  var picture: Int
  var centre: Point
  /// Picture pixels per crop pixel.
  var step: Double
  var angle: Double
  var mirror: Bool
  /// Whether faces are pasted.
  var isPasted = false
  var cut: CropCut?

  /// A face of the picture in the pixels of a crop of `side`.
  func moved(_ face: SceneFace, side: Int) -> SceneFace {
    let (cosine, sine) = (cos(angle) / step, sin(angle) / step)
    let middle = Double(side) / 2
    func move(_ point: Point) -> Point {
      let (dx, dy) = (point.x - centre.x, point.y - centre.y)
      let across = dx * cosine + dy * sine
      return Point(x: middle + (mirror ? -across : across), y: middle + dy * cosine - dx * sine)
    }
    let scaled = Box(x: 0, y: 0, width: face.box.width / step, height: face.box.height / step)
    let points = face.landmarks.map(move)
    return SceneFace(
      box: FaceBox.turned(scaled, by: angle, about: move(face.box.centre)),
      landmarks: mirror ? points.mirrored : points)
  }

  /// Moves the view so that the picture's point `centre` comes to lie at a place of the crop.
  mutating func put(at place: Point, side: Int) {
    let middle = Double(side) / 2
    let (u, v) = ((mirror ? -1 : 1) * (middle - place.x), middle - place.y)
    let (cosine, sine) = (cos(angle) * step, sin(angle) * step)
    centre = Point(x: centre.x + u * cosine - v * sine, y: centre.y + u * sine + v * cosine)
  }

  /// Whether a picture of this size covers every pixel of a crop of `side`.
  func isCovered(width: Int, height: Int, side: Int) -> Bool {
    let reach = Double(side) / 2 * step * (abs(cos(angle)) + abs(sin(angle)))
    return centre.x >= reach && centre.y >= reach && centre.x + reach <= Double(width)
      && centre.y + reach <= Double(height)
  }
}

/// A picture's end close about a face, in the crop's pixels.
struct CropCut {
  enum Beyond {
    /// The picture's edge goes on.
    case edge
    /// One value of 255 in all channels.
    case colour(Float)
    /// Another picture.
    case other
  }

  var left: Double
  var top: Double
  var right: Double
  var bottom: Double
  var beyond: Beyond

  func contains(_ point: Point) -> Bool {
    point.x > left && point.x < right && point.y > top && point.y < bottom
  }

  /// The pixels inside; at least one.
  func window(side: Int) -> PixelWindow {
    func range(_ from: Double, _ to: Double) -> Range<Int> {
      let first = max(0, min(side - 1, Int(from.rounded())))
      return first..<max(first + 1, min(side, Int(to.rounded())))
    }
    return PixelWindow(columns: range(left, right), rows: range(top, bottom))
  }
}

extension Landmarks {
  /// The points of a mirrored face: its right is what was its left.
  var mirrored: Landmarks {
    Landmarks(rightEye: leftEye, leftEye: rightEye, nose: nose, rightMouth: leftMouth, leftMouth: rightMouth)
  }
}
