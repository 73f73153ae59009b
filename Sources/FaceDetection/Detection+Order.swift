internal import FaceTypes
internal import Images

extension [Detection] {
  /// Without those that are smaller than what is sought.
  func atLeast(_ sought: SoughtFaces) -> [Detection] {
    guard case .from(let width) = sought else { return self }
    return filter { $0.box.width >= width }
  }

  /// The largest face first, the surest among equal ones. What of a box lies beyond the picture's edge does not count: a
  /// passer-by whom the edge cuts through is not the one whom the photograph shows.
  func largestFirst(in image: Image) -> [Detection] {
    let picture = Box(x: 0, y: 0, width: Double(image.width), height: Double(image.height))
    return map { (face: $0, visible: $0.box.intersection(picture)) }
      .sorted { a, b in a.visible == b.visible ? a.face.score > b.face.score : a.visible > b.visible }
      .map(\.face)
  }
}
