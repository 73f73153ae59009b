internal import FaceTypes
internal import Images
internal import Networks

/// A search of a photograph's levels: those that show what is sought, and those of smaller faces where that turns out to be
/// needed.
struct PyramidSearch {
  /// The levels that were searched, largest first.
  private(set) var levels: [Image]

  private let finder: PyramidDetector
  private let photo: Image
  private let sought: SoughtFaces
  private let threshold: Float
  private var first: Int
  private var candidates: [Candidate] = []

  init(
    _ finder: PyramidDetector, _ photo: Image, _ sought: SoughtFaces, threshold: Float
  ) throws(NetworkError) {
    (self.finder, self.photo, self.sought, self.threshold) = (finder, photo, sought, threshold)
    first = finder.firstLevel(photo, sought)
    levels = finder.levels(photo, from: first)
    for level in levels { try finder.gather(level, of: photo, threshold, into: &candidates) }
  }

  /// What has a logit of at least the threshold, the surest first, in the photograph's pixels.
  var found: [Candidate] { Suppression.surest(candidates) }

  /// Searches the levels of smaller faces too, where they are sought: there is no large face, or there are several of which one
  /// is hardly larger than what was searched for.
  ///
  /// - Parameter faces: what of `found` is a face.
  /// - Returns: whether there was more to search.
  mutating func goOn(after faces: [Candidate]) throws(NetworkError) -> Bool {
    guard sought == .largeFirst, first > 0 else { return false }
    if faces.count == 1 { return false }
    let smallest = faces.map(\.box.width).min() ?? 0
    guard smallest < 2 * finder.smallestFace(photo, at: first) else { return false }
    while first > 0 {
      first -= 1
      let level = finder.level(first, of: photo)
      try finder.gather(level, of: photo, threshold, into: &candidates)
      levels.insert(level, at: 0)
    }
    return true
  }
}
