/// Gathers what a layer is given and chooses how it becomes bytes.
package struct ByteRange: Sendable {
  /// Numbers that are kept; the smallest and the largest always count.
  private static let most = 1 << 16
  /// Parts of the whole range that are tried: numbers beyond are cut off, so that the others are rounded less.
  private static let parts: [Float] = (0...30).map { 1 - 0.025 * Float($0) }

  private var low: Float = 0
  private var high: Float = 0
  private var values: [Float] = []
  /// Of one input, every so many numbers are looked at.
  private let perInput: Int

  /// - Parameter inputs: how many inputs will be added.
  package init(inputs: Int) { perInput = max(64, Self.most / max(1, inputs)) }

  package mutating func add(_ input: WatchedInput) {
    // An odd distance, so that it is not always the same channels.
    let step = max(1, input.count / perInput) | 1
    input.forEach(every: 1) { value in
      low = min(low, value)
      high = max(high, value)
    }
    input.forEach(every: step) { values.append($0) }
  }

  /// The scale with the smallest mean square of what rounding and cutting off take.
  package func scale() -> ByteScale {
    var best = (error: Float.infinity, scale: ByteScale(low: low, high: high))
    for part in Self.parts {
      let scale = ByteScale(low: low * part, high: high * part)
      let error = values.reduce(into: Float(0)) { sum, value in
        let difference = value - scale.rounded(value)
        sum += difference * difference
      }
      if error < best.error { best = (error, scale) }
    }
    return best.scale
  }
}
