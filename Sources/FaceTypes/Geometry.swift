/// A point in pixels of the upright photograph (EXIF orientation applied); x to the right, y downward, the
/// centre of the top-left pixel at (0.5, 0.5).
public struct Point: Hashable, Sendable {
  public var x: Double
  public var y: Double

  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// An axis-parallel box in pixels of the upright photograph. It may reach beyond the picture's edge.
public struct Box: Hashable, Sendable {
  public var x: Double
  public var y: Double
  public var width: Double
  public var height: Double

  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// No place: of a face that no photograph is known of.
  public static let none = Box(x: 0, y: 0, width: 0, height: 0)

  public var area: Double { width * height }
  public var centre: Point { Point(x: x + width / 2, y: y + height / 2) }
}

/// Five points of a face, in pixels; right and left are the person's own.
public struct Landmarks: Hashable, Sendable {
  public var rightEye: Point
  public var leftEye: Point
  public var nose: Point
  public var rightMouth: Point
  public var leftMouth: Point

  public init(rightEye: Point, leftEye: Point, nose: Point, rightMouth: Point, leftMouth: Point) {
    self.rightEye = rightEye
    self.leftEye = leftEye
    self.nose = nose
    self.rightMouth = rightMouth
    self.leftMouth = leftMouth
  }
}
