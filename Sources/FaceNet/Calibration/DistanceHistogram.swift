/// Squared distances, each with a weight, counted in narrow bins: for millions of comparisons in little memory.
public struct DistanceHistogram: Sendable {
  private static let binsPerUnit: Float = 4096
  private var weights = [Double](repeating: 0, count: 4 * Int(binsPerUnit) + 1)
  private var counts = [Int](repeating: 0, count: 4 * Int(binsPerUnit) + 1)
  /// Comparisons.
  public private(set) var count = 0
  /// The sum of all weights.
  public private(set) var weight = 0.0

  /// A rate is only told from so many accepted comparisons on.
  public static let leastAccepted = 10

  /// No comparisons yet. It takes some 256 KiB, however many are added.
  public init() {}

  /// - Parameter weight: more than 0.
  public mutating func add(_ distance: Float, weight: Double) {
    // Up, so that a bin's upper edge accepts all that is in it.
    let bin = Int((min(max(distance, 0), 4) * Self.binsPerUnit).rounded(.up))
    weights[bin] += weight
    counts[bin] += 1
    count += 1
    self.weight += weight
  }

  /// The share of the weight within a distance.
  public func share(within distance: Float) -> Double {
    guard weight > 0 else { return 0 }
    let last = Int((min(max(distance, 0), 4) * Self.binsPerUnit).rounded(.down))
    return weights[0...last].reduce(0, +) / weight
  }

  /// Ten rates a decade from 1e-7 to 1e-1, each with the greatest distance that does not exceed it, from where
  /// `leastAccepted` comparisons are accepted; empty where that is beyond 1e-1.
  public func points() -> [SearchCalibration.Point] {
    var points: [SearchCalibration.Point] = []
    guard weight > 0 else { return [] }
    var (bin, accepted, below) = (0, 0, 0.0)
    for rate in Self.rates {
      while bin < weights.count, below + weights[bin] <= rate * weight {
        below += weights[bin]
        accepted += counts[bin]
        bin += 1
      }
      guard accepted >= Self.leastAccepted, bin > 0 else { continue }
      let point = SearchCalibration.Point(
        squaredDistance: Float(bin - 1) / Self.binsPerUnit, falseAcceptRate: below / weight)
      let last = points.last ?? .init(squaredDistance: -1, falseAcceptRate: 0)
      guard point.squaredDistance > last.squaredDistance, point.falseAcceptRate > last.falseAcceptRate else { continue }
      points.append(point)
    }
    return points
  }

  /// 1e-7, 1.26e-7, …, 1e-1.
  private static let rates: [Double] = (0...60).map { Calibration.exp2((Double($0) / 10 - 7) * Calibration.log2(10)) }
}
