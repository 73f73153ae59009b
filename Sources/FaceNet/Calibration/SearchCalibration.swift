/// From a squared distance to an identity's template to the share of strangers that lie within it, by the number of faces
/// that the template is the mean of: strangers lie nearer to the mean of many faces than to a single one.
public struct SearchCalibration: Sendable, Hashable, Codable {
  /// A threshold with the share of strangers that it lets in, one row of a table.
  public struct Point: Sendable, Hashable, Codable {
    /// 0 to 4.
    public var squaredDistance: Float
    /// The share of strangers within it, of one comparison.
    public var falseAcceptRate: Double

    /// A row as it was measured.
    public init(squaredDistance: Float, falseAcceptRate: Double) {
      self.squaredDistance = squaredDistance
      self.falseAcceptRate = falseAcceptRate
    }
  }

  /// The rows for templates of one number of faces.
  public struct Table: Sendable, Hashable, Codable {
    /// Of a template.
    public var faces: Int
    /// Rising in distance and in rate.
    public var points: [Point]

    /// A table as it was measured; the calibration checks the order of its rows.
    public init(faces: Int, points: [Point]) {
      self.faces = faces
      self.points = points
    }

    /// The rate at a distance, linear in its logarithm between two points; at or below the first point that point's,
    /// which is an upper bound, and beyond the last that one's.
    public func falseAcceptRate(at distance: Float) -> Double {
      guard let upper = points.firstIndex(where: { $0.squaredDistance >= distance }) else {
        return points[points.count - 1].falseAcceptRate
      }
      guard upper > 0 else { return points[0].falseAcceptRate }
      let (a, b) = (points[upper - 1], points[upper])
      let share = Double((distance - a.squaredDistance) / (b.squaredDistance - a.squaredDistance))
      let (low, high) = (Calibration.log2(a.falseAcceptRate), Calibration.log2(b.falseAcceptRate))
      return min(b.falseAcceptRate, Calibration.exp2(low + share * (high - low)))
    }
  }

  /// By number of faces, rising; at least one.
  public let tables: [Table]

  /// - Throws: `.damaged` when there is none, or one does not rise or leaves its limits.
  public init(tables: [Table]) throws(ModelFileError) {
    self.tables = tables
    try check()
  }

  /// From a table of pairs of pictures, and tables of templates of more faces; they are for `check` to look at.
  init(pairs: [Calibration.Point], _ templates: [Table]) {
    let points = pairs.map { Point(squaredDistance: $0.squaredDistance, falseAcceptRate: $0.falseAcceptRate) }
    tables = [Table(faces: 1, points: points)] + templates
  }

  /// The rate of a comparison with a template of so many faces; between two tables linear in the logarithms of both.
  public func falseAcceptRate(at distance: Float, faces: Int) -> Double {
    let upper = tables.firstIndex { $0.faces >= faces } ?? tables.count - 1
    let rate = tables[upper].falseAcceptRate(at: distance)
    guard upper > 0, tables[upper].faces > faces else { return rate }
    let (a, b) = (tables[upper - 1], tables[upper])
    let share = Calibration.log2(Double(faces) / Double(a.faces)) / Calibration.log2(Double(b.faces) / Double(a.faces))
    let (low, high) = (Calibration.log2(a.falseAcceptRate(at: distance)), Calibration.log2(rate))
    return Calibration.exp2(low + share * (high - low))
  }

  /// The strictest distance that was measured for templates of so many faces; below it the rate there is an upper bound.
  public func strictest(faces: Int) -> Float {
    (tables.first { $0.faces >= faces } ?? tables[tables.count - 1]).points[0].squaredDistance
  }

  /// The greatest distance that was measured.
  public var ceiling: Float { tables.map { $0.points[$0.points.count - 1].squaredDistance }.min() ?? 4 }

  /// - Throws: `.damaged` with what is wrong.
  func check() throws(ModelFileError) {
    guard (1...20).contains(tables.count), tables.allSatisfy({ (1...1000).contains($0.points.count) }),
      tables.allSatisfy({ (1...1_000_000).contains($0.faces) }),
      zip(tables, tables.dropFirst()).allSatisfy({ $0.faces < $1.faces })
    else { throw ModelFileError(.damaged, "a calibration of searches needs 1 to 20 tables of 1 to 1000 points") }
    for table in tables {
      for point in table.points
      where !((0...4).contains(point.squaredDistance) && point.falseAcceptRate > 0 && point.falseAcceptRate <= 1) {
        throw ModelFileError(.damaged, "a calibration point leaves its range: distances 0 to 4, rates above 0 to 1")
      }
      for (a, b) in zip(table.points, table.points.dropFirst())
      where a.squaredDistance >= b.squaredDistance || a.falseAcceptRate >= b.falseAcceptRate {
        throw ModelFileError(.damaged, "the calibration's points do not rise")
      }
    }
  }
}
