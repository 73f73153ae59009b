internal import CNetworkKernels
internal import Glibc

/// Reduces one axis; several are reduced one after the other.
struct GraphReductionStep: GraphStep {
  let reads: [Int]
  let writes: Int
  let split: AxisSplit
  let kind: GraphReduction
  /// Multiplies the result, of a mean.
  var scale: Float = 1
  /// Takes the root of the result, at the last axis of an L2 norm.
  var root = false

  func run(_ memory: GraphMemory) {
    let (x, z) = (memory[reads[0]], memory[writes])
    let inner = split.inner
    for outer in 0..<split.outer {
      let sum = z + outer * inner
      sum.update(repeating: kind == .maximum ? -.infinity : 0, count: inner)
      for place in 0..<split.length {
        let from = x + (outer * split.length + place) * inner
        switch kind {
        case .sum, .mean: nk_accumulate(from, inner, sum)
        case .sumOfSquares, .l2: nk_accumulate_squares(from, inner, sum)
        case .maximum: nk_accumulate_maximum(from, inner, sum)
        }
      }
      if scale != 1 { for i in 0..<inner { sum[i] *= scale } }
      if root { for i in 0..<inner { sum[i] = sum[i].squareRoot() } }
    }
  }
}

/// Softmax, or scaling to length 1, along an axis.
struct GraphNormaliseStep: GraphStep {
  enum Kind {
    case softmax
    case length(least: Float)
  }

  let reads: [Int]
  let writes: Int
  let split: AxisSplit
  let kind: Kind

  func run(_ memory: GraphMemory) {
    let (x, z) = (memory[reads[0]], memory[writes])
    for outer in 0..<split.outer {
      for inner in 0..<split.inner {
        let first = outer * split.length * split.inner + inner
        let places = stride(from: first, to: first + split.length * split.inner, by: split.inner)
        var sum: Float = 0
        switch kind {
        case .softmax:
          let largest = places.reduce(-Float.infinity) { max($0, x[$1]) }
          for place in places {
            z[place] = expf(x[place] - largest)
            sum += z[place]
          }
          for place in places { z[place] /= sum }
        case .length(let least):
          for place in places { sum += x[place] * x[place] }
          let norm = max(sum.squareRoot(), least)
          for place in places { z[place] = x[place] / norm }
        }
      }
    }
  }
}
