package import FaceTypes
package import Images

/// A face found in a photograph. All places are in pixels of the upright photograph, before any scaling.
package struct Detection: Hashable, Sendable {
  /// The detector's own box. It may reach beyond the picture's edge.
  package var box: Box
  /// How sure the detector is, on its own scale: higher is surer. Networks give a probability.
  package var score: Double
  /// Eyes, nose and mouth, where the detector finds them.
  package var landmarks: Landmarks?
  /// What crops are cut by: from the landmarks where there are any, else estimated from the box.
  package var frame: FaceFrame

  package init(box: Box, score: Double, landmarks: Landmarks?, frame: FaceFrame) {
    self.box = box
    self.score = score
    self.landmarks = landmarks
    self.frame = frame
  }
}

/// Finds the faces of a photograph. May be called from several threads at once.
package protocol FaceDetector: Sendable {
  /// The sought faces, the one with the largest box first, counting what lies within the picture; among equal ones the surest
  /// first. Empty when there is none.
  ///
  /// - Parameter distance: faces whose eyes and mouth are less far apart in `image` will be refined in a larger picture, so
  ///   that what `refined` does need not be done twice.
  func detect(
    _ image: Image, _ sought: SoughtFaces, roughBelow distance: Double
  ) throws(DetectionError) -> [Detection]

  /// A face that was found in a smaller version of a picture, with what the picture's own pixels tell of it better.
  ///
  /// - Parameter face: in pixels of `image`.
  func refined(_ face: Detection, in image: Image) throws(DetectionError) -> Detection

  /// The width of a face from which it finds most, in pixels of the photograph; for advice to people. More in a photograph
  /// that is shrunk for the search.
  func smallestFace(in image: Image) -> Int

  /// A score of this detector as 0 … 1, comparable between detectors as far as that goes.
  func confidence(_ score: Double) -> Double
}

extension FaceDetector {
  /// All faces that the detector finds at its working size.
  package func detect(_ image: Image) throws(DetectionError) -> [Detection] { try detect(image, .all, roughBelow: 0) }

  /// For detectors that tell all in one.
  package func refined(_ face: Detection, in image: Image) throws(DetectionError) -> Detection { face }

  /// For scores that are probabilities.
  package func confidence(_ score: Double) -> Double { min(max(score, 0), 1) }
}

/// A detector that could not run. "No face" is no error but an empty answer.
package struct DetectionError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, Hashable, Sendable {
    /// The detector failed inside, most likely for want of memory.
    case detectorFailed
    /// The file of a network cannot be read, cannot be run, or is no detector.
    case unusableModel
  }

  package let code: Code
  /// What happened and what to do about it.
  package let message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }
}
