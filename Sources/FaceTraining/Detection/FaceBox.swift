internal import FaceTypes

/// The box that goes with a frame.
enum FaceBox {
  /// By medians over 1,246 upright faces whose boxes and landmarks another detector (YuNet) gave: 2.00 eye–mouth
  /// distances wide, 2.71 high, 0.18 above the frame's centre.
  static let (width, height, raise) = (2.0, 2.71, 0.18)

  /// The box about the ellipse of that size, turned as the face is.
  static func of(_ frame: FaceFrame) -> Box {
    let upright = Box(
      x: 0, y: 0, width: width * frame.eyeMouthDistance, height: height * frame.eyeMouthDistance)
    let centre = frame.point(right: 0, down: -raise)
    return turned(upright, by: frame.roll, about: centre)
  }

  /// The box about the ellipse in another box after a turn, at a new centre.
  static func turned(_ box: Box, by angle: Double, about centre: Point) -> Box {
    let (cosine, sine) = (Turn.cosine(angle), Turn.sine(angle))
    let (a, b) = (box.width * cosine, box.height * sine)
    let (c, d) = (box.width * sine, box.height * cosine)
    let (width, height) = ((a * a + b * b).squareRoot(), (c * c + d * d).squareRoot())
    return Box(x: centre.x - width / 2, y: centre.y - height / 2, width: width, height: height)
  }
}
