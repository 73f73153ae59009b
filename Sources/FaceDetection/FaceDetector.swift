public import FaceTypes
public import Images

/// A face found in a photograph. All places are in pixels of the upright photograph, before any scaling.
public struct Detection: Hashable, Sendable {
  /// The detector's own box. It may reach beyond the picture's edge.
  public var box: Box
  /// How sure the detector is, on its own scale: higher is surer. Networks give a probability.
  public var score: Double
  /// Eyes, nose and mouth, where the detector finds them.
  public var landmarks: Landmarks?
  /// What crops are cut by: from the landmarks where there are any, else estimated from the box.
  public var frame: FaceFrame

  public init(box: Box, score: Double, landmarks: Landmarks?, frame: FaceFrame) {
    self.box = box
    self.score = score
    self.landmarks = landmarks
    self.frame = frame
  }
}

/// Finds the faces of a photograph. May be called from several threads at once.
public protocol FaceDetector: Sendable {
  /// All faces, the one with the largest box first, counting what lies within the picture; among equal ones the surest
  /// first. Empty when there is none.
  func detect(_ image: Image) throws(DetectionError) -> [Detection]

  /// The width of a face from which it finds most, in pixels of the photograph; for advice to people. More in a photograph
  /// that is shrunk for the search.
  func smallestFace(in image: Image) -> Int

  /// A score of this detector as 0 … 1, comparable between detectors as far as that goes.
  func confidence(_ score: Double) -> Double
}

extension FaceDetector {
  /// For scores that are probabilities.
  public func confidence(_ score: Double) -> Double { min(max(score, 0), 1) }
}

/// A detector that could not run. "No face" is no error but an empty answer.
public struct DetectionError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable {
    /// The detector failed inside, most likely for want of memory.
    case detectorFailed
    /// The file of a network cannot be read, cannot be run, or is no detector.
    case unusableModel
  }

  public let code: Code
  /// What happened and what to do about it.
  public let message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}
