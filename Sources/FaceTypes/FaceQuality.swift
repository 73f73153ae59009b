/// How well a detected face suits recognition: its parts from 0 (useless) to 1 (as good as matters), and the weakest of
/// them as one number.
///
/// The weakest counts, and no mean, so that whoever is refused can be told what to change.
public struct FaceQuality: Hashable, Sendable {
  /// What can be wrong with a photograph of a face; each has a value from 0 (useless) to 1 (good).
  public enum Part: String, CaseIterable, Sendable {
    case size, sharpness, brightness, pose, confidence
  }

  /// The eye–mouth distance against what networks use.
  public var size: Double
  /// Whether it is in focus and held still.
  public var sharpness: Double
  /// Whether the face is neither too dark nor too light: by its mean luma.
  public var brightness: Double
  /// How far the face looks into the camera; nil where the detector gives no landmarks.
  public var pose: Double?
  /// The detector's.
  public var confidence: Double
  /// The angles behind `pose`.
  public var angles: FaceAngles?

  /// The parts as they were measured, each from 0 to 1; `pose` is nil where there are no landmarks.
  public init(
    size: Double, sharpness: Double, brightness: Double, pose: Double?, confidence: Double, angles: FaceAngles? = nil
  ) {
    self.size = size
    self.sharpness = sharpness
    self.brightness = brightness
    self.pose = pose
    self.confidence = confidence
    self.angles = angles
  }

  /// The weakest part's value.
  public var overall: Double { self[weakest] }

  /// The part to mend first.
  public var weakest: Part { Part.allCases.min { self[$0] < self[$1] } ?? .size }

  /// A part's value; one that is not known holds nothing against the face.
  public subscript(part: Part) -> Double {
    switch part {
    case .size: size
    case .sharpness: sharpness
    case .brightness: brightness
    case .pose: pose ?? 1
    case .confidence: confidence
    }
  }
}
