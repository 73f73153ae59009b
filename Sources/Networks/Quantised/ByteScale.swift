/// How a map's numbers become bytes: x ≈ step · (q − zero), q within 0 … 255.
public struct ByteScale: Sendable, Hashable, Codable {
  /// The distance between neighbouring bytes; above 0.
  public var step: Float
  /// The byte that stands for 0.
  public var zero: Int

  /// - Throws: `invalidState` for a step that is not above 0, or a zero that is no byte.
  public init(step: Float, zero: Int) throws(NetworkError) {
    (self.step, self.zero) = (step, zero)
    guard step.isFinite, step > 1e-30, (0...255).contains(zero) else {
      throw NetworkError(.invalidState, "a byte's step of \(step) with the zero \(zero)")
    }
  }

  /// The scale of bytes between two numbers, moved so that 0 is a byte.
  init(low: Float, high: Float) {
    let (low, high) = (min(low, 0), max(high, 0))
    step = max((high - low) / 255, 1e-20)
    zero = Int(min(255, max(0, (-low / step).rounded())))
  }

  /// What is left of a number that goes through a byte.
  func rounded(_ x: Float) -> Float {
    let byte = min(255, max(0, (x / step + Float(zero)).rounded()))
    return step * (byte - Float(zero))
  }
}

extension ByteScale {
  /// Files are checked as they are read.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(step: try values.decode(Float.self, forKey: .step), zero: try values.decode(Int.self, forKey: .zero))
  }

  private enum CodingKeys: String, CodingKey { case step, zero }
}

/// Which convolutions and products work on bytes: for each, by the name of its weights, how its input becomes bytes. All
/// others stay floats.
public struct Quantisation: Sendable, Hashable, Codable {
  /// Keyed by the name of the layer's weights. A layer that is missing here works on floats.
  public var inputs: [String: ByteScale]

  /// No entries: every layer works on floats.
  public init(inputs: [String: ByteScale] = [:]) { self.inputs = inputs }

  /// - Throws: `invalidState`, naming weights that are not among those of `names`.
  func check(_ names: [String]) throws(NetworkError) {
    if let unknown = Set(inputs.keys).subtracting(names).min() {
      throw NetworkError(.invalidState, "'\(unknown)' are no weights that can be bytes in this network")
    }
  }
}
