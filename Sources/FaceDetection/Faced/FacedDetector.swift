package import FaceNet
internal import FaceTypes
internal import Glibc
package import Images

/// faced's own detector and aligner: boxes and five landmarks of faces from about 20 pixels up, turned in the plane by
/// up to 45° and more.
///
/// A score is 0 to 1, and ½ at the threshold. A photograph of more than two megapixels is shrunk to that for the search
/// (`PyramidDetector.workingPixels`); landmarks come from the photograph's own pixels, or, of a
/// large face, from as many of a smaller level's as the aligner sees.
package struct FacedDetector: FaceDetector {
  /// Names this detector.
  package static let identifier = "faced"
  /// More faces than this in one photograph are left out, the least sure first.
  package static let maximumFaces = 1024

  package let finder: PyramidDetector
  package let aligner: Aligner
  /// Added to the file's threshold: what is above finds fewer faces and fewer others.
  package let strictness: Double

  package init(detector: NetworkFile, aligner: NetworkFile, strictness: Double = 0) throws(ModelFileError) {
    finder = try PyramidDetector(detector)
    self.aligner = try Aligner(aligner)
    self.strictness = strictness
  }

  package func smallestFace(in image: Image) -> Int {
    Int((Self.smallestSearchedFace / PyramidDetector.scale(of: image)).rounded(.up))
  }

  /// The width from which most faces are found, in pixels of what is searched.
  private static let smallestSearchedFace = 24.0

  package func detect(
    _ image: Image, _ sought: SoughtFaces, roughBelow distance: Double
  ) throws(DetectionError) -> [Detection] {
    let threshold = finder.settings.threshold + Float(strictness)
    var detections: [Detection] = []
    do {
      let (candidates, levels) = try finder.search(image, sought, threshold: threshold)
      for candidate in candidates.prefix(Self.maximumFaces) {
        var landmarks = candidate.landmarks
        let frame = FaceFrame(fitting: landmarks)
        if frame.eyeMouthDistance >= distance {
          landmarks = try aligner.landmarks(image, smaller: levels, near: frame)
        }
        detections.append(
          Detection(
            box: candidate.box, score: 1 / (1 + exp(Double(threshold - candidate.logit))), landmarks: landmarks,
            frame: FaceFrame(fitting: landmarks)))
      }
    } catch {
      throw Self.failure(error)
    }
    return detections.atLeast(sought).largestFirst(in: image)
  }

  /// The landmarks are found once more.
  package func refined(_ face: Detection, in image: Image) throws(DetectionError) -> Detection {
    do {
      let landmarks = try aligner.landmarks(image, near: face.frame)
      return Detection(box: face.box, score: face.score, landmarks: landmarks, frame: FaceFrame(fitting: landmarks))
    } catch {
      throw Self.failure(error)
    }
  }

  private static func failure(_ error: any Error) -> DetectionError {
    DetectionError(.detectorFailed, "the face detector failed (\(error)): try again, or give it more memory")
  }
}
