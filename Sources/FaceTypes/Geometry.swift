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

/// Where a face lies, in the one measure that every detector, crop and network of faced shares.
///
/// A crop is a square about `centre` whose side is a multiple of `eyeMouthDistance`, so a model's header says its
/// crop in one number and a detector only has to say where this frame is.
public struct FaceFrame: Hashable, Sendable {
  /// Midway between the middle of the eyes and the middle of the mouth, in pixels.
  public var centre: Point
  /// From the middle of the eyes to the middle of the mouth, in pixels.
  public var eyeMouthDistance: Double

  public init(centre: Point, eyeMouthDistance: Double) {
    self.centre = centre
    self.eyeMouthDistance = eyeMouthDistance
  }

  /// The frame that five landmarks say exactly.
  public init(landmarks: Landmarks) {
    let eyes = Point(
      x: (landmarks.rightEye.x + landmarks.leftEye.x) / 2, y: (landmarks.rightEye.y + landmarks.leftEye.y) / 2)
    let mouth = Point(
      x: (landmarks.rightMouth.x + landmarks.leftMouth.x) / 2, y: (landmarks.rightMouth.y + landmarks.leftMouth.y) / 2)
    let (dx, dy) = (mouth.x - eyes.x, mouth.y - eyes.y)
    self.init(
      centre: Point(x: (eyes.x + mouth.x) / 2, y: (eyes.y + mouth.y) / 2),
      eyeMouthDistance: (dx * dx + dy * dy).squareRoot())
  }
}

/// The square that is kept of every enrolled face, larger than any network's input, so that a later model with
/// another input size or margin can be served from it.
public enum CanonicalCrop {
  /// Width and height in pixels.
  public static let pixels = 224
  /// The side as a multiple of `FaceFrame.eyeMouthDistance`. A model's crop may be at most as wide.
  public static let side = 4.8
}
