internal import CNetworkKernels
internal import Glibc

/// Loops over a result's entries beside those of operands that may be broadcast, permuted or sliced: each operand has
/// a distance for every axis of the result, 0 where it is repeated.
struct StridedSpace {
  /// Outermost first, the innermost on its own.
  private var lengths: [Int]
  private var distances: [[Int]]
  let innerLength: Int
  /// Per operand, from one entry of the innermost axis to the next.
  let innerDistances: [Int]

  init(lengths: [Int], distances: [[Int]]) {
    // Neighbouring axes that every operand walks as if they were one become one.
    var merged: [(length: Int, distances: [Int])] = []
    for axis in lengths.indices where lengths[axis] != 1 {
      let here = distances.map { $0[axis] }
      if let last = merged.last, zip(last.distances, here).allSatisfy({ $0 == $1 * lengths[axis] }) {
        merged[merged.count - 1] = (last.length * lengths[axis], here)
      } else {
        merged.append((lengths[axis], here))
      }
    }
    let inner = merged.popLast() ?? (1, distances.map { _ in 0 })
    (innerLength, innerDistances) = inner
    self.lengths = merged.map(\.length)
    self.distances = merged.map(\.distances)
  }

  /// Calls `body` once for every line of the innermost axis, with each operand's offset.
  func forEachLine(_ body: (_ offsets: [Int]) -> Void) {
    var offsets = innerDistances.map { _ in 0 }
    var place = lengths.map { _ in 0 }
    while true {
      body(offsets)
      var axis = lengths.count - 1
      while axis >= 0 {
        place[axis] += 1
        for operand in offsets.indices { offsets[operand] += distances[axis][operand] }
        if place[axis] < lengths[axis] { break }
        for operand in offsets.indices { offsets[operand] -= lengths[axis] * distances[axis][operand] }
        place[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }

  /// Calls `body` once for every entry, with each operand's offset.
  func forEachEntry(_ body: (_ offsets: [Int]) -> Void) {
    forEachLine { start in
      var offsets = start
      for _ in 0..<innerLength {
        body(offsets)
        for operand in offsets.indices { offsets[operand] += innerDistances[operand] }
      }
    }
  }

  /// Row-major distances of a shape.
  static func dense(_ shape: [Int]) -> [Int] {
    var distances = shape.map { _ in 1 }
    for axis in shape.indices.dropLast().reversed() { distances[axis] = distances[axis + 1] * shape[axis + 1] }
    return distances
  }

  /// Distances of a shape that is broadcast: 0 along axes of length 1.
  static func broadcast(_ shape: [Int]) -> [Int] {
    zip(shape, dense(shape)).map { $0 == 1 ? 0 : $1 }
  }
}

/// Two values, entry by entry.
struct GraphBinaryStep: GraphStep {
  let writes: Int
  let a: GraphSource
  let b: GraphSource
  let kind: GraphBinary
  /// Of the result, a and b.
  let space: StridedSpace

  var reads: [Int] { [a, b].compactMap(\.storage) }

  func run(_ memory: GraphMemory) {
    let (a, b, z) = (a.pointer(memory), b.pointer(memory), memory[writes])
    let form: nk_binary_kind =
      switch kind {
      case .add: nk_add
      case .subtract: nk_subtract
      case .multiply: nk_multiply
      case .divide: nk_divide
      case .maximum: nk_maximum
      case .minimum: nk_minimum
      }
    let inner = space.innerDistances
    space.forEachLine { offsets in
      nk_binary(
        form, a + offsets[1], inner[1], b + offsets[2], inner[2], z + offsets[0], space.innerLength)
    }
  }
}

/// Copies entries to other places: permutes, slices, concatenates.
struct GraphCopyStep: GraphStep {
  let reads: [Int]
  let writes: Int
  let readOffset: Int
  let writeOffset: Int
  /// Of the result and the operand.
  let space: StridedSpace

  func run(_ memory: GraphMemory) {
    let (x, z) = (memory[reads[0]] + readOffset, memory[writes] + writeOffset)
    let (to, from) = (space.innerDistances[0], space.innerDistances[1])
    space.forEachLine { offsets in
      let (x, z) = (x + offsets[1], z + offsets[0])
      if to == 1, from == 1 {
        z.update(from: x, count: space.innerLength)
      } else {
        for i in 0..<space.innerLength { z[i * to] = x[i * from] }
      }
    }
  }
}

struct GraphUnaryStep: GraphStep {
  let reads: [Int]
  let writes: Int
  let kind: GraphUnary
  let count: Int

  func run(_ memory: GraphMemory) {
    let (x, z) = (memory[reads[0]], memory[writes])
    func map(_ body: (Float) -> Float) { for i in 0..<count { z[i] = body(x[i]) } }
    switch kind {
    case .squareRoot: map { $0.squareRoot() }
    case .exponential: map { expf($0) }
    case .logarithm: map { logf($0) }
    case .magnitude: map { $0.magnitude }
    case .negative: map { -$0 }
    case .reciprocal: map { 1 / $0 }
    case .hyperbolicTangent: map { tanhf($0) }
    case .square: map { $0 * $0 }
    }
  }
}
