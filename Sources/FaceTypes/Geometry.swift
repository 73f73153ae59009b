/// A point in pixels of the upright photograph (EXIF orientation applied); x to the right, y downward, the
/// centre of the top-left pixel at (0.5, 0.5).
public struct Point: Hashable, Sendable {
  /// Pixels from the picture's left edge.
  public var x: Double
  /// Pixels from the picture's upper edge.
  public var y: Double

  /// A point from its coordinates, in pixels.
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// An axis-parallel box in pixels of the upright photograph. It may reach beyond the picture's edge.
public struct Box: Hashable, Sendable {
  /// The left edge.
  public var x: Double
  /// The upper edge.
  public var y: Double
  /// In pixels; 0 only in `Box.none`.
  public var width: Double
  /// In pixels; 0 only in `Box.none`.
  public var height: Double

  /// A box from its upper left corner and its size, in pixels.
  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// No place: of a face that no photograph is known of.
  public static let none = Box(x: 0, y: 0, width: 0, height: 0)

  /// In square pixels.
  public var area: Double { width * height }
  /// The point midway between the edges.
  public var centre: Point { Point(x: x + width / 2, y: y + height / 2) }
}

/// Five points of a face, in pixels; right and left are the person's own.
public struct Landmarks: Hashable, Sendable {
  /// The centre of the person's right eye, at the left of an unmirrored picture.
  public var rightEye: Point
  /// The centre of the person's left eye.
  public var leftEye: Point
  /// The tip of the nose.
  public var nose: Point
  /// The corner of the mouth on the person's right.
  public var rightMouth: Point
  /// The corner of the mouth on the person's left.
  public var leftMouth: Point

  /// Five points in the same pixels.
  public init(rightEye: Point, leftEye: Point, nose: Point, rightMouth: Point, leftMouth: Point) {
    self.rightEye = rightEye
    self.leftEye = leftEye
    self.nose = nose
    self.rightMouth = rightMouth
    self.leftMouth = leftMouth
  }
}
