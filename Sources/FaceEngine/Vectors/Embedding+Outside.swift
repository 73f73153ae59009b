internal import FaceTypes

extension Embedding {
  /// A vector that came from outside.
  ///
  /// - Throws: `INVALID_VECTOR` unless it has the model's size, is finite and has the length 1 within 0.001; it is then
  ///   scaled to exactly that.
  init(from values: [Float], dimension: Int) throws(EngineError) {
    guard values.count == dimension else {
      throw EngineError(
        .invalidArgument, "INVALID_VECTOR", "a vector has \(values.count) components; this model's have \(dimension)")
    }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length.isFinite, abs(length - 1) <= 1e-3 else {
      throw EngineError(
        .invalidArgument, "INVALID_VECTOR", "a vector is not of length 1; send vectors as `facectl embed` prints them")
    }
    self.init(unit: values.map { $0 / length })
  }
}
