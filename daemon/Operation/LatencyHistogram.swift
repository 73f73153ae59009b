import Foundation

/// Times counted in buckets that grow by a fourth root of two: quantiles of any number of them in little memory, at most 10 % off.
struct LatencyHistogram: Sendable {
  /// The upper edge of the first bucket, in seconds.
  private static let shortest = 1e-5
  private static let bucketsPerDoubling = 4.0
  /// Up to 168 seconds; what takes longer counts as that.
  private static let bucketCount = 97

  private var buckets = [UInt32](repeating: 0, count: bucketCount)
  private(set) var count = 0

  mutating func add(_ seconds: Double) {
    let doublings = log2(max(seconds, Self.shortest) / Self.shortest)
    buckets[min(Int((doublings * Self.bucketsPerDoubling).rounded(.up)), Self.bucketCount - 1)] += 1
    count += 1
  }

  static func += (sum: inout LatencyHistogram, other: LatencyHistogram) {
    for (bucket, more) in other.buckets.enumerated() { sum.buckets[bucket] += more }
    sum.count += other.count
  }

  /// The time within which the share of them lies, in seconds: the middle of its bucket; 0 where there are none.
  func quantile(_ share: Double) -> Double {
    let wanted = max(1, Int((Double(count) * share).rounded(.up)))
    var seen = 0
    for (bucket, more) in buckets.enumerated() where more > 0 {
      seen += Int(more)
      if seen >= wanted { return Self.shortest * exp2((Double(bucket) - 0.5) / Self.bucketsPerDoubling) }
    }
    return 0
  }
}
