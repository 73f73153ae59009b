/// Groups of pictures that a report compares: bands of what was measured, and what a table of labels says.
package struct PictureGroups: Sendable {
  package struct Group: Sendable {
    package var attribute: String
    package var name: String
    /// Per picture.
    package var contains: [Bool]
  }

  package private(set) var groups: [Group] = []
  /// What the report could not group by, and why.
  package private(set) var unmeasured: [String] = []

  /// More groups than this would be too many for a picture's set of them.
  private static let most = 60
  /// A group of fewer pictures says nothing.
  private static let least = 30

  private struct Band {
    var attribute: String
    var name: String
    var range: Range<Double>
    var value: @Sendable (PictureConditions) -> Double
  }

  /// The typology angle's classes are those of Del Bino and Bernerd (2013).
  private static let bands: [Band] = {
    func bands(
      _ attribute: String, _ edges: [Double], _ names: [String],
      _ value: @escaping @Sendable (PictureConditions) -> Double
    ) -> [Band] {
      names.indices.map { index in
        let low = index == 0 ? -Double.infinity : edges[index - 1]
        return Band(
          attribute: attribute, name: names[index], range: low..<(index < edges.count ? edges[index] : .infinity),
          value: value)
      }
    }
    return bands("pose", [15, 30, 45], ["below 15°", "15° to 30°", "30° to 45°", "from 45°"]) { $0.pose }
      + bands("sharpness", [0.25, 0.5, 0.75], ["below 0.25", "0.25 to 0.5", "0.5 to 0.75", "from 0.75"]) {
        $0.sharpness
      }
      + bands("brightness", [80, 120, 160], ["below 80", "80 to 120", "120 to 160", "from 160"]) { $0.brightness }
      + bands(
        "skin tone (estimate)", [-30, 10, 28, 41, 55],
        ["dark", "brown", "tan", "intermediate", "light", "very light"]
      ) { $0.typologyAngle }
  }()

  /// - Parameter labels: of every picture what each column of a table says; empty where there is none.
  package init(
    _ conditions: [PictureConditions], labels: [(attribute: String, values: [String?])]
  ) throws(TrainingError) {
    for band in Self.bands {
      groups.append(
        Group(
          attribute: band.attribute, name: band.name, contains: conditions.map { band.range.contains(band.value($0)) }))
    }
    for (attribute, values) in labels {
      for name in Set(values.compactMap { $0 }).sorted() {
        groups.append(Group(attribute: attribute, name: name, contains: values.map { $0 == name }))
      }
    }
    groups.removeAll { group in group.contains.count { $0 } < Self.least }
    guard groups.count <= Self.most else {
      throw TrainingError(.badData, "\(groups.count) groups are more than \(Self.most): give labels with fewer values")
    }
    for attribute in ["age", "sex"] where !labels.contains(where: { $0.attribute == attribute }) {
      unmeasured.append("\(attribute): these pictures come without such labels, and nothing here estimates it")
    }
  }

  /// Per picture the set of its groups, a bit each.
  var sets: [UInt64] {
    (0..<(groups.first?.contains.count ?? 0)).map { picture in
      groups.indices.reduce(0) { $0 | (groups[$1].contains[picture] ? 1 << UInt64($1) : 0) }
    }
  }
}
