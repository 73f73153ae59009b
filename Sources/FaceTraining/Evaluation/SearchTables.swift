internal import FaceNet
internal import FaceTypes

/// How near strangers come to templates: the tables that searches go by.
///
/// Strangers are people whom the training did not see; those who are enrolled are people of its own, of whom there are enough
/// with many pictures. Single faces of the two kinds are met by strangers about as often; for those the table of pairs serves.
enum SearchTables {
  /// Faces of a template.
  static let sizes = [2, 5, 20]
  /// With fewer templates of a size it is left out.
  private static let leastTemplates = 20
  private static let step = 256

  /// - Parameters:
  ///   - strangers: embeddings. Every picture counts, as in the table of pairs: with everybody counting once, people of one
  ///     picture, of whom labels are least sure, would decide the lowest rates.
  ///   - people: embeddings of each person who may be enrolled.
  /// - Returns: none where there are too few of either.
  static func measure(
    strangers: [Embedding], people: [[Embedding]], seed: UInt64
  ) -> [SearchCalibration.Table] {
    var tables: [SearchCalibration.Table] = []
    for size in sizes {
      var random = RandomSource(seed: seed, 6, size)
      let templates = people.filter { $0.count >= size }.compactMap { faces in
        IdentityTemplate(faces.shuffled(using: &random).prefix(size), dimension: faces[0].dimension).direction
      }
      guard templates.count >= leastTemplates else { continue }
      let points = histogram(strangers, templates).points()
      guard !points.isEmpty else { continue }
      tables.append(.init(faces: size, points: points))
    }
    return tables
  }

  private static func histogram(
    _ strangers: [Embedding], _ templates: [Embedding]
  ) -> DistanceHistogram {
    let size = templates[0].dimension
    let basis = templates.flatMap(\.values)
    var histogram = DistanceHistogram()
    for start in stride(from: 0, to: strangers.count, by: step) {
      let range = start..<min(start + step, strangers.count)
      let products = Projection.products(strangers[range].flatMap(\.values), basis, size: size)
      for product in products { histogram.add(max(0, 2 - 2 * product), weight: 1) }
    }
    return histogram
  }
}
