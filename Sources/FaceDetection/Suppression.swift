package import FaceTypes

/// A box of which, among those that show the same face, only the surest is kept.
package protocol Suppressible {
  var box: Box { get }
  /// Higher is surer.
  var sureness: Double { get }
}

/// A face that a network saw, in pixels of the photograph.
package struct Candidate: Hashable, Sendable, Suppressible {
  package var box: Box
  package var landmarks: Landmarks
  package var logit: Float

  package init(box: Box, landmarks: Landmarks, logit: Float) {
    (self.box, self.landmarks, self.logit) = (box, landmarks, logit)
  }

  package var sureness: Double { Double(logit) }
}

/// Non-maximum suppression, greedy: the surest first, and with it go all that show the same face.
package enum Suppression {
  /// Boxes whose intersection is more than this share of their union show one face.
  static let overlap = 0.35
  /// So do those of which one lies within the other by this share: a part of a face, or a head about it.
  static let containment = 0.65
  /// More candidates than this are not looked at, the least sure left out.
  static let most = 4096

  /// - Parameter isSame: whether two boxes show one face.
  /// - Returns: the surest first.
  package static func surest<Face: Suppressible>(
    _ faces: [Face], isSame: (Box, Box) -> Bool = Suppression.isSame
  ) -> [Face] {
    var kept: [Face] = []
    for face in faces.sorted(by: { $0.sureness > $1.sureness }).prefix(most)
    where !kept.contains(where: { isSame($0.box, face.box) }) {
      kept.append(face)
    }
    return kept
  }

  package static func isSame(_ a: Box, _ b: Box) -> Bool {
    let shared = a.intersection(b)
    return shared > overlap * (a.area + b.area - shared) || shared > containment * min(a.area, b.area)
  }
}

extension Box {
  /// The area that both cover.
  package func intersection(_ other: Box) -> Double {
    let across = min(x + width, other.x + other.width) - max(x, other.x)
    let down = min(y + height, other.y + other.height) - max(y, other.y)
    return across > 0 && down > 0 ? across * down : 0
  }

  /// Intersection over union.
  package func overlap(_ other: Box) -> Double {
    let shared = intersection(other)
    return shared / (area + other.area - shared)
  }
}
