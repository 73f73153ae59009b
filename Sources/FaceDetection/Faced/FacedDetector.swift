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
    do {
      return try faces(
        image, sought, candidates: finder.settings.candidates, threshold: threshold, roughBelow: distance
      )
      .map { face in
        Detection(
          box: face.box, score: 1 / (1 + exp(Double(threshold - face.logit))), landmarks: face.landmarks,
          frame: FaceFrame(fitting: face.landmarks))
      }
      .atLeast(sought).largestFirst(in: image)
    } catch {
      throw Self.failure(error)
    }
  }

  /// How far the sum of the logits may be from the threshold for the aligner to look once more before it decides.
  private static let doubt: Float = 2

  /// By how much what lies at somebody's head must be above the threshold: it is an ear or a hand sooner than a person further off.
  private static let certainty: Float = 3

  /// What the finder takes for faces and the aligner does too, the surest by the finder first.
  ///
  /// Both have their say: the finder has seen the place and its surroundings in few pixels, the aligner the face alone in
  /// more, twice: log odds of what is independent add up, and those of the two looks, which are alike, are averaged. A face
  /// that will be refined is looked at once where that leaves no doubt.
  ///
  /// - Parameters:
  ///   - candidates: the finder's logit from which the aligner looks.
  ///   - threshold: the least sum of both logits, which is the faces' own.
  ///   - distance: as for `detect`.
  package func faces(
    _ image: Image, _ sought: SoughtFaces = .all, candidates: Float, threshold: Float, roughBelow distance: Double = 0
  ) throws -> [Candidate] {
    var search = try PyramidSearch(finder, image, sought, threshold: candidates)
    var judged: [Candidate: Candidate?] = [:]
    func faces() throws -> [Candidate] {
      try search.found.prefix(Self.maximumFaces).compactMap { candidate in
        if let known = judged[candidate] { return known }
        let face = try judge(candidate, in: image, search.levels, threshold: threshold, roughBelow: distance)
        judged[candidate] = .some(face)
        return face
      }
    }
    var found = try faces()
    if try search.goOn(after: found) { found = try faces() }
    return found.filter { face in
      face.logit >= threshold + Self.certainty || !found.contains { face.isAtTheHead(of: $0) }
    }
  }

  /// The candidate with the landmarks and the logit that the aligner gives it; nil where it is no face.
  private func judge(
    _ candidate: Candidate, in image: Image, _ levels: [Image], threshold: Float, roughBelow distance: Double
  ) throws(ModelFileError) -> Candidate? {
    let frame = FaceFrame(fitting: candidate.landmarks)
    var seen = try aligner.face(image, smaller: levels, near: frame, passes: 1)
    var logit = candidate.logit + seen.logit
    guard logit >= threshold - Self.doubt else { return nil }
    let isRough = frame.eyeMouthDistance < distance
    if aligner.settings.passes > 1, !isRough || logit < threshold + Self.doubt {
      let first = seen.logit
      seen = try aligner.face(image, smaller: levels, near: seen.frame, passes: aligner.settings.passes - 1)
      logit = candidate.logit + (first + seen.logit) / 2
    }
    return logit >= threshold ? Candidate(box: candidate.box, landmarks: seen.landmarks, logit: logit) : nil
  }

  /// The landmarks are found once more: the search had one pass on fewer pixels.
  package func refined(_ face: Detection, in image: Image) throws(DetectionError) -> Detection {
    do {
      let seen = try aligner.face(image, near: face.frame, passes: max(1, aligner.settings.passes - 1))
      return Detection(box: face.box, score: face.score, landmarks: seen.landmarks, frame: seen.frame)
    } catch {
      throw Self.failure(error)
    }
  }

  private static func failure(_ error: any Error) -> DetectionError {
    DetectionError(.detectorFailed, "the face detector failed (\(error)): try again, or give it more memory")
  }
}

extension Candidate {
  /// Whether it is small beside a face and its middle no further from that than ears are.
  fileprivate func isAtTheHead(of face: Candidate) -> Bool {
    let (centre, head) = (box.centre, face.box.centre)
    return box.area < 0.25 * face.box.area && abs(centre.x - head.x) < 0.8 * face.box.width
      && abs(centre.y - head.y) < 0.6 * face.box.height
  }
}
