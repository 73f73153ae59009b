/// Weights as whole numbers −127 … 127 with a factor for each filter: w ≈ factor · number.
///
/// The factor follows from the filter's largest weight. So weights that were rounded once and multiplied out again give the same
/// whole numbers, and a file may hold either.
public struct ByteWeights: Sendable {
  /// The greatest magnitude of a weight as a whole number.
  public static let largest: Float = 127

  /// Filter after filter, in the order of the floats they were made from.
  public let numbers: [Int8]
  /// One for each filter.
  public let factors: [Float]

  /// - Parameters:
  ///   - values: filter after filter.
  ///   - filters: how many.
  public init(_ values: [Float], filters: Int) {
    let area = values.count / filters
    factors = (0..<filters).map { filter in
      (values[filter * area..<(filter + 1) * area].lazy.map(\.magnitude).max() ?? 0) / Self.largest
    }
    var numbers: [Int8] = []
    numbers.reserveCapacity(values.count)
    for filter in 0..<filters {
      let scale = factors[filter] > 0 ? 1 / factors[filter] : 0
      for value in values[filter * area..<(filter + 1) * area] {
        numbers.append(Int8(max(-Self.largest, min(Self.largest, (value * scale).rounded()))))
      }
    }
    self.numbers = numbers
  }
}
