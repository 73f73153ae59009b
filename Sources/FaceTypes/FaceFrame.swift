internal import Glibc

/// Where a face lies, in the one measure that every detector, crop and network of faced shares.
///
/// A crop is a square about `centre`, turned by `roll`, whose side is a multiple of `eyeMouthDistance`: so a model's
/// header says its crop in a few numbers, and a detector only has to say where this frame is.
public struct FaceFrame: Hashable, Sendable {
  /// Midway between the middle of the eyes and the middle of the mouth, in pixels.
  public var centre: Point
  /// From the middle of the eyes to the middle of the mouth, in pixels.
  public var eyeMouthDistance: Double
  /// How far the face is turned in the picture's plane, in radians: from the picture's x axis to the face's own (from
  /// the person's right eye to the left), clockwise as seen. 0 where a detector does not know.
  public var roll: Double

  /// A frame whose parts are known; `init(fitting:)` finds one from landmarks.
  public init(centre: Point, eyeMouthDistance: Double, roll: Double = 0) {
    self.centre = centre
    self.eyeMouthDistance = eyeMouthDistance
    self.roll = roll
  }

  /// The frame that five landmarks say exactly, not turned.
  public init(landmarks: Landmarks) {
    let eyes = Point.middle(landmarks.rightEye, landmarks.leftEye)
    let mouth = Point.middle(landmarks.rightMouth, landmarks.leftMouth)
    self.init(centre: Point.middle(eyes, mouth), eyeMouthDistance: hypot(mouth.x - eyes.x, mouth.y - eyes.y))
  }

  /// The frame of an upright face fitted to five landmarks: the similarity (shift, scale, turn) that brings the
  /// template's points nearest to them in the least squares (Umeyama 1991, in the plane and without reflection).
  ///
  /// All five points vote, so one that is a little off turns the frame less than it would turn the line between the eyes.
  public init(fitting landmarks: Landmarks) {
    let points = landmarks.points
    let template = FaceTemplate.points
    let count = Double(points.count)
    let middle = Point(
      x: points.reduce(0) { $0 + $1.x } / count, y: points.reduce(0) { $0 + $1.y } / count)
    let origin = Point(
      x: template.reduce(0) { $0 + $1.x } / count, y: template.reduce(0) { $0 + $1.y } / count)
    // As complex numbers: p ≈ m + a·(t − o), a = Σ (p − m)·conj(t − o) / Σ |t − o|².
    var (real, imaginary, norm) = (0.0, 0.0, 0.0)
    for (point, place) in zip(points, template) {
      let (px, py) = (point.x - middle.x, point.y - middle.y)
      let (tx, ty) = (place.x - origin.x, place.y - origin.y)
      real += px * tx + py * ty
      imaginary += py * tx - px * ty
      norm += tx * tx + ty * ty
    }
    (real, imaginary) = (real / norm, imaginary / norm)
    // The template's own frame is at (0, 0) with distance 1.
    self.init(
      centre: Point(
        x: middle.x - real * origin.x + imaginary * origin.y, y: middle.y - imaginary * origin.x - real * origin.y),
      eyeMouthDistance: hypot(real, imaginary), roll: atan2(imaginary, real))
  }

  /// The point that lies `right` and `down` of the centre on the face's own axes, in eye–mouth distances.
  public func point(right: Double, down: Double) -> Point {
    let (cosine, sine) = (cos(roll) * eyeMouthDistance, sin(roll) * eyeMouthDistance)
    return Point(x: centre.x + right * cosine - down * sine, y: centre.y + right * sine + down * cosine)
  }
}

/// Five landmarks of a typical upright face seen from the front, in its own frame: eye–mouth distances from the centre.
///
/// The proportions are those to which public face networks align their pictures (eyes 0.87 apart, mouth 0.72 wide).
public enum FaceTemplate {
  /// The points, in eye–mouth distances from the frame's centre; x to the right, y downward.
  public static let landmarks = Landmarks(
    rightEye: Point(x: -0.433, y: -0.500), leftEye: Point(x: 0.433, y: -0.500), nose: Point(x: 0, y: -0.005),
    rightMouth: Point(x: -0.358, y: 0.500), leftMouth: Point(x: 0.358, y: 0.500))
  static let points = landmarks.points
}

extension Landmarks {
  /// Right eye, left eye, nose, right and left mouth corner.
  public var points: [Point] { [rightEye, leftEye, nose, rightMouth, leftMouth] }

  /// The same points elsewhere.
  public func map(_ move: (Point) -> Point) -> Landmarks {
    Landmarks(
      rightEye: move(rightEye), leftEye: move(leftEye), nose: move(nose), rightMouth: move(rightMouth),
      leftMouth: move(leftMouth))
  }
}

extension Point {
  static func middle(_ a: Point, _ b: Point) -> Point { Point(x: (a.x + b.x) / 2, y: (a.y + b.y) / 2) }
}
