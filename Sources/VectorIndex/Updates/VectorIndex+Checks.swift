extension VectorIndex {
  func checkDimension(_ count: Int) throws(IndexError) {
    guard count == dimension else {
      throw IndexError(
        .wrongDimension,
        "a vector of \(count) elements in an index of \(dimension): give vectors of the model the index is for")
    }
  }

  func checkUnit(_ vector: ArraySlice<Float>) throws(IndexError) {
    // Several sums, so that the loop is not one chain of additions; NaN and infinities come out as themselves.
    let norm = vector.withUnsafeBufferPointer { vector in
      var sums = SIMD8<Float>()
      let whole = vector.count / 8 * 8
      for i in stride(from: 0, to: whole, by: 8) {
        let eight = UnsafeRawPointer(vector.baseAddress! + i).loadUnaligned(as: SIMD8<Float>.self)
        sums += eight * eight
      }
      return vector[whole...].reduce(sums.sum()) { $0 + $1 * $1 }
    }
    if abs(norm - 1) <= Self.normTolerance { return }
    guard vector.allSatisfy(\.isFinite) else {
      throw IndexError(.notFinite, "a vector holds NaN or infinity: the embedding it comes from is not valid")
    }
    throw IndexError(.notUnit, "a vector's squared norm is \(norm), not 1: normalize embeddings before they come here")
  }

  static func checkRoom(_ count: Int, adding: Int) throws(IndexError) {
    guard count + adding <= maximumCount else {
      throw IndexError(
        .full, "the index holds \(count) of at most \(maximumCount) vectors: divide the vectors among several indexes")
    }
  }
}
