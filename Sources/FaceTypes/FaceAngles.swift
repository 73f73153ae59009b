internal import Glibc

/// Which way a face looks, from five landmarks; in radians, 0 into the camera.
///
/// A rough head: the nose's tip stands out from the plane of eyes and mouth by `noseDepth` eye–mouth distances. Turned
/// by an angle, seen from far, it wanders against that plane by its depth times the tangent. Good to about 10° up to
/// 45°, which is what telling good photographs from bad ones needs.
public struct FaceAngles: Hashable, Sendable {
  /// To the side; positive where the nose points to the right of the picture.
  public var yaw: Double
  /// Up or down; positive where the nose points downward.
  public var pitch: Double
  /// In the picture's plane, as `FaceFrame.roll`.
  public var roll: Double

  /// In eye–mouth distances.
  static let noseDepth = 0.5

  /// Angles that are known; in radians.
  public init(yaw: Double, pitch: Double, roll: Double) {
    self.yaw = yaw
    self.pitch = pitch
    self.roll = roll
  }

  /// Estimates the angles from where the five points lie against each other.
  public init(_ landmarks: Landmarks) {
    let eyes = Point.middle(landmarks.rightEye, landmarks.leftEye)
    let mouth = Point.middle(landmarks.rightMouth, landmarks.leftMouth)
    // The face's own axes: down from eyes to mouth, across between the eyes. Each shrinks with a turn of its own, so
    // each is the measure of its angle.
    let (downX, downY) = (mouth.x - eyes.x, mouth.y - eyes.y)
    let (acrossX, acrossY) = (landmarks.leftEye.x - landmarks.rightEye.x, landmarks.leftEye.y - landmarks.rightEye.y)
    let (noseX, noseY) = (landmarks.nose.x - eyes.x, landmarks.nose.y - eyes.y)
    let area = acrossX * downY - acrossY * downX
    guard area.magnitude > 1e-9 else {
      self.init(yaw: .pi / 2, pitch: 0, roll: 0)
      return
    }
    // The nose as a sum of the two axes.
    let across = (noseX * downY - noseY * downX) / area
    let down = (acrossX * noseY - acrossY * noseX) / area
    let template = FaceTemplate.landmarks
    let width = template.leftEye.x - template.rightEye.x
    let rest = template.nose.y - template.rightEye.y
    self.init(
      yaw: atan(across * width / Self.noseDepth), pitch: atan((down - rest) / Self.noseDepth),
      roll: FaceFrame(fitting: landmarks).roll)
  }

  /// 1 up to 15° from the camera, falling to 0 at 60°, by the larger of yaw and pitch. Roll does not count: crops are
  /// turned upright.
  public var frontality: Double {
    let degrees = max(yaw.magnitude, pitch.magnitude) * 180 / .pi
    return min(max((60 - degrees) / 45, 0), 1)
  }
}
