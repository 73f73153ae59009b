/// From a squared distance to the share of pairs of different people that lie within it (FAR), as measured on people
/// whom the network never saw in training.
///
/// The FAR is the paper's: accepted pairs of different people over all pairs of different people. Rates below
/// `lowestMeasuredRate` were not seen: asking for one gives the threshold of the lowest measured rate.
public struct Calibration: Sendable, Hashable, Codable {
  /// A threshold with what it accepts, one row of the table.
  public struct Point: Sendable, Hashable, Codable {
    /// A pair is accepted when its squared distance is at most this; 0 to 4.
    public var squaredDistance: Float
    /// The share of pairs of different people accepted at it.
    public var falseAcceptRate: Double
    /// The share of pairs of the same person accepted at it (the paper's VAL).
    public var validationRate: Double

    /// A row as it was measured; the calibration checks the order of its rows.
    public init(squaredDistance: Float, falseAcceptRate: Double, validationRate: Double) {
      self.squaredDistance = squaredDistance
      self.falseAcceptRate = falseAcceptRate
      self.validationRate = validationRate
    }
  }

  /// Rising in distance and in rate.
  public let points: [Point]
  /// How many pairs of different people were measured.
  public let differentPairs: Int
  /// How many pairs of the same person were measured.
  public let samePairs: Int
  /// How the pictures were cropped when measured, for people.
  public let measuredOn: String
  /// Strangers against templates of several faces; nil in files from before it was measured.
  private let templates: [SearchCalibration.Table]?

  /// What searches go by: of a template of one face the pairs tell, none of whom training saw.
  public var search: SearchCalibration { SearchCalibration(pairs: points, templates ?? []) }

  /// - Throws: `.damaged` when the points do not rise or leave 0…4 and 0…1.
  public init(
    points: [Point], differentPairs: Int, samePairs: Int, measuredOn: String,
    templates: [SearchCalibration.Table] = []
  ) throws(ModelFileError) {
    self.points = points
    self.differentPairs = differentPairs
    self.samePairs = samePairs
    self.measuredOn = measuredOn
    self.templates = templates.isEmpty ? nil : templates
    try check()
  }

  /// The lowest rate that was measured; nothing is known below it.
  public var lowestMeasuredRate: Double { points[0].falseAcceptRate }

  /// The squared distance at which the given share of pairs of different people is accepted, between the measured
  /// points linear in the logarithm of the rate; outside them the nearest point's.
  public func threshold(falseAcceptRate rate: Double) -> Float {
    guard let upper = points.firstIndex(where: { $0.falseAcceptRate >= rate }) else {
      return points[points.count - 1].squaredDistance
    }
    guard upper > 0 else { return points[0].squaredDistance }
    let (a, b) = (points[upper - 1], points[upper])
    let (low, high) = (Self.log2(a.falseAcceptRate), Self.log2(b.falseAcceptRate))
    let share = (Self.log2(rate) - low) / (high - low)
    return min(b.squaredDistance, a.squaredDistance + Float(share) * (b.squaredDistance - a.squaredDistance))
  }

  /// The squared distance within which the given share of pairs of the same person lie, between the measured points
  /// linear; outside them the nearest point's.
  public func threshold(validationRate rate: Double) -> Float {
    guard let upper = points.firstIndex(where: { $0.validationRate >= rate }) else {
      return points[points.count - 1].squaredDistance
    }
    guard upper > 0 else { return points[0].squaredDistance }
    let (a, b) = (points[upper - 1], points[upper])
    let share = Float((rate - a.validationRate) / (b.validationRate - a.validationRate))
    return a.squaredDistance + share * (b.squaredDistance - a.squaredDistance)
  }

  /// The share of pairs of different people within a squared distance. At or below the first point it is
  /// `lowestMeasuredRate`, an upper bound; beyond the last point the last rate, a lower bound.
  public func falseAcceptRate(atThreshold distance: Float) -> Double {
    guard let upper = points.firstIndex(where: { $0.squaredDistance >= distance }) else {
      return points[points.count - 1].falseAcceptRate
    }
    guard upper > 0 else { return points[0].falseAcceptRate }
    let (a, b) = (points[upper - 1], points[upper])
    let share = Double((distance - a.squaredDistance) / (b.squaredDistance - a.squaredDistance))
    let (low, high) = (Self.log2(a.falseAcceptRate), Self.log2(b.falseAcceptRate))
    return min(b.falseAcceptRate, Self.exp2(low + share * (high - low)))
  }

  /// - Throws: `.damaged` with what is wrong.
  func check() throws(ModelFileError) {
    guard (1...1000).contains(points.count), differentPairs > 0, samePairs > 0 else {
      throw ModelFileError(.damaged, "a calibration needs 1 to 1000 points and the pairs that they were measured on")
    }
    for point in points
    where
      !(point.squaredDistance >= 0 && point.squaredDistance <= 4 && point.falseAcceptRate > 0
      && point.falseAcceptRate <= 1 && point.validationRate >= 0 && point.validationRate <= 1)
    {
      throw ModelFileError(.damaged, "a calibration point leaves its range: distances 0 to 4, rates above 0 to 1")
    }
    for (a, b) in zip(points, points.dropFirst())
    where a.squaredDistance >= b.squaredDistance || a.falseAcceptRate >= b.falseAcceptRate
      || a.validationRate > b.validationRate
    {
      throw ModelFileError(.damaged, "the calibration's points do not rise")
    }
    try search.check()
  }
}
