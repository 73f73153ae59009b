internal import FaceDetection
internal import FaceTypes

/// What every cell of a crop should say: its label, 1 for a face, 0 for none, −1 for what the loss leaves out, and the
/// face's numbers after it (`FaceCode`, channels 1 to 14).
struct DetectorTargets {
  let sizes: DetectorRecipe.Sizes
  /// Cells along a side.
  let cells: Int

  /// Cells within this of a face's centre, in its width and height, should find it; those from there on within the
  /// other may.
  static let (found, may) = (0.22, 0.45)

  /// - Parameters:
  ///   - faces: in the crop's pixels.
  ///   - verified: whether somebody looked at each.
  func write(_ faces: [SceneFace], verified: [Bool], to targets: UnsafeMutablePointer<Float>) {
    targets.update(repeating: 0, count: cells * cells * FaceCode.channels)
    for (face, isVerified) in zip(faces, verified) { mark(face, isVerified, targets) }
  }

  private func mark(_ face: SceneFace, _ isVerified: Bool, _ targets: UnsafeMutablePointer<Float>) {
    guard face.size < sizes.ignoredTo else { return }
    let counts = isVerified && (sizes.smallest...sizes.largest).contains(face.size)
    let centre = face.box.centre
    let nearest = (column: Self.cell(centre.x), row: Self.cell(centre.y))
    // Faces too small to know shall not cost anything wherever their box lies, and at least where they are.
    let (reachX, reachY) = (max(8, face.box.width), max(8, face.box.height))
    for row in rows(centre.y, reachY) {
      for column in rows(centre.x, reachX) {
        let place = Point(x: FaceCode.place(column), y: FaceCode.place(row))
        let across = (place.x - centre.x) / reachX
        let down = (place.y - centre.y) / reachY
        let distance = (across * across + down * down).squareRoot()
        let target = targets + (row * cells + column) * FaceCode.channels
        if counts && (distance < Self.found || (column == nearest.column && row == nearest.row)) {
          target[0] = 1
          for (index, number) in FaceCode.encode(face.box, face.landmarks, from: place).enumerated() {
            target[index + 1] = number
          }
        } else if distance < Self.may && target[0] == 0 {
          target[0] = -1
        }
      }
    }
  }

  private static func cell(_ place: Double) -> Int { Int((place / Double(FaceCode.stride)).rounded(.down)) }

  private func rows(_ centre: Double, _ reach: Double) -> Range<Int> {
    let from = min(cells, max(0, Self.cell(centre - reach)))
    return from..<max(from, min(cells, Self.cell(centre + reach) + 1))
  }
}
