package import FaceDetection
package import FaceTypes

/// A detector's boxes on photographs whose faces are known, from which recall and false boxes at any threshold follow.
package struct DetectorScores: Sendable {
  /// A box that a detector gave, with its score on the detector's own scale.
  package struct Found: Sendable {
    package var box: Box
    package var score: Double

    package init(box: Box, score: Double) { (self.box, self.score) = (box, score) }
  }

  /// Of every face that counts the score of the box that found it; nil where none did.
  package private(set) var faces: [Double?] = []
  /// Scores of boxes on photographs that show no face.
  package private(set) var falseBoxes: [Double] = []
  /// Scores of boxes on photographs with faces that lie on none of them.
  package private(set) var strayBoxes: [Double] = []
  package private(set) var backgrounds = 0

  /// A face is found by a box whose intersection is at least this share of their union.
  static let overlap = 0.5

  package init() {}

  /// Takes the boxes of a photograph. The surest box that lies on a face finds it, each at most one.
  /// - Parameter counts: whether a face counts; boxes on one that does not are neither right nor wrong.
  package mutating func add(_ found: [Found], faces truth: [SceneFace], counts: (SceneFace) -> Bool) {
    guard !truth.isEmpty else {
      backgrounds += 1
      falseBoxes += found.map(\.score)
      return
    }
    var scores = [Double?](repeating: nil, count: truth.count)
    for box in found.sorted(by: { $0.score > $1.score }) {
      let overlaps = truth.map { box.box.overlap($0.box) }
      let free = truth.indices.filter { overlaps[$0] >= Self.overlap && scores[$0] == nil }
      if let best = free.max(by: { overlaps[$0] < overlaps[$1] }) {
        scores[best] = box.score
      } else if overlaps.allSatisfy({ $0 < 0.3 }) {
        strayBoxes.append(box.score)
      }
    }
    for (face, score) in zip(truth, scores) where counts(face) { faces.append(score) }
  }

  /// The lowest score of a box at which there are at most `rate` false boxes a background.
  package func threshold(falseBoxesPerBackground rate: Double) -> Double {
    let allowed = Int(rate * Double(backgrounds))
    let sorted = falseBoxes.sorted(by: >)
    guard sorted.count > allowed else { return sorted.last.map { $0 - 1 } ?? -.infinity }
    return sorted[allowed].nextUp
  }

  package func recall(at threshold: Double) -> Double {
    Double(faces.count { $0.map { $0 >= threshold } ?? false }) / Double(max(1, faces.count))
  }

  package func falseBoxes(at threshold: Double) -> Int { falseBoxes.count { $0 >= threshold } }
  package func strayBoxes(at threshold: Double) -> Int { strayBoxes.count { $0 >= threshold } }
}

extension Candidate {
  package var found: DetectorScores.Found { .init(box: box, score: Double(logit)) }
}

extension Detection {
  package var found: DetectorScores.Found { .init(box: box, score: score) }
}
