package import FaceDetection
package import FaceTypes
package import Images

/// Finds places that a detector takes for faces and that are none.
package struct Lookalikes {
  /// Faces below this size in their photograph, the root of the box's area in pixels, are known by a detector alone.
  static let smallestVerified = 12.0

  let plan: AlignerRecipe.Others
  let detector: PyramidDetector

  package init(plan: AlignerRecipe.Others, detector: PyramidDetector) { (self.plan, self.detector) = (plan, detector) }

  /// Searches a photograph at every scale in all four quarter turns. A face that lies on its side or head is none: who takes
  /// it for one keeps the search from turning the photograph (`TurnedSearch`).
  ///
  /// - Parameters:
  ///   - faces: all that the photograph has.
  ///   - take: gets the picture that was searched and the frame in it.
  package func find(
    in photograph: Image, faces: [SceneFace], take: (Image, FaceFrame) -> Void
  ) throws(TrainingError) {
    for scale in plan.scales {
      func side(_ side: Int) -> Int { max(1, Int((Double(side) * scale).rounded())) }
      let upright = photograph.resized(width: side(photograph.width), height: side(photograph.height))
      for turn in QuarterTurn.allCases {
        let picture = upright.turned(turn)
        let candidates: [Candidate]
        do {
          candidates = try detector.search(picture, threshold: plan.floor)
        } catch {
          throw TrainingError(.network, "the detector failed: \(error)")
        }
        let size = ReducedSize(width: picture.width, height: picture.height)
        let strays = candidates.filter { candidate in
          let box = turn.original(candidate.box, in: size).scaled(1 / scale)
          return faces.allSatisfy { Self.isNone(box, $0, turn) }
        }
        for stray in strays.prefix(plan.most) { take(picture, FaceFrame(fitting: stray.landmarks)) }
      }
    }
  }

  /// Whether a box does not show the face, or shows it far from upright.
  private static func isNone(_ box: Box, _ face: SceneFace, _ turn: QuarterTurn) -> Bool {
    let shared = box.intersection(face.box)
    if shared < 0.2 * min(box.area, face.box.area) { return true }
    guard box.overlap(face.box) > 0.4 else { return false }
    let roll = FaceFrame(fitting: face.landmarks).roll * 180 / .pi + Double(turn.rawValue)
    return abs(roll.remainder(dividingBy: 360)) > 75
  }
}

extension Box {
  fileprivate func scaled(_ factor: Double) -> Box {
    Box(x: x * factor, y: y * factor, width: width * factor, height: height * factor)
  }
}
