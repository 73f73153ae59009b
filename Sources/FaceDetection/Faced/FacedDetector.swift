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

  package func detect(_ image: Image) throws(DetectionError) -> [Detection] {
    let threshold = finder.settings.threshold + Float(strictness)
    var detections: [Detection] = []
    do {
      let levels = finder.levels(image)
      for candidate in try finder.search(levels, of: image, threshold: threshold).prefix(Self.maximumFaces) {
        let landmarks = try aligner.landmarks(
          image, smaller: levels, near: FaceFrame(fitting: candidate.landmarks))
        detections.append(
          Detection(
            box: candidate.box, score: 1 / (1 + exp(Double(threshold - candidate.logit))), landmarks: landmarks,
            frame: FaceFrame(fitting: landmarks)))
      }
    } catch {
      throw DetectionError(.detectorFailed, "the face detector failed (\(error)): try again, or give it more memory")
    }
    return detections.largestFirst(in: image)
  }
}
