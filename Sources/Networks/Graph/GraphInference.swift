/// The shape that an operation's result has, with everything checked that running it relies on.
struct GraphInference {
  let name: String
  let shapes: [[Int]]
  /// Which operands are constants.
  let constants: [Bool]

  func shape(of operation: GraphOperation) throws(NetworkError) -> [Int] {
    switch operation {
    case .convolution(let window, let groups): return try convolution(window, groups)
    case .matrixProduct: return try matrixProduct()
    case .affine:
      try expect(1, constants: 2)
      try channelwise(shapes[1])
      try channelwise(shapes[2])
      return shapes[0]
    case .activation(.parametric):
      try expect(1, constants: 1)
      try channelwise(shapes[1])
      return shapes[0]
    case .activation(let activation):
      try expect(1)
      if case .clip(let low, let high) = activation, !(low <= high) {
        throw failure("clips to \(low) … \(high)")
      }
      return shapes[0]
    case .unary:
      try expect(1)
      return shapes[0]
    case .binary:
      guard shapes.count == 2, constants != [true, true] else { throw failure("takes two operands, one computed") }
      return try broadcast(shapes[0], shapes[1])
    case .maxPool(let window), .averagePool(let window, _):
      try expect(1)
      let map = try map()
      let sides = try sides(window, map)
      guard max(window.top, window.bottom) < window.spanHeight, max(window.left, window.right) < window.spanWidth
      else { throw failure("pads by a whole window") }
      return [map[0], map[1]] + sides
    case .concatenation(let axis): return try concatenation(axis)
    case .resize(let resize): return try resized(resize)
    case .reshape(let shape):
      try expect(1)
      guard try Graph.count(shape, name) == shapes[0].reduce(1, *) else {
        throw failure("turns \(shapes[0]) into \(shape), which is another number of entries")
      }
      return shape
    case .transpose(let permutation):
      try expect(1)
      guard permutation.sorted() == Array(shapes[0].indices) else {
        throw failure("permutes \(shapes[0]) by \(permutation)")
      }
      return permutation.map { shapes[0][$0] }
    case .slice(let axis, let start, let step, let count):
      try expect(1)
      try check(axis)
      let length = shapes[0][axis]
      guard (0..<length).contains(start), (1...length).contains(count), (-length...length).contains(step), step != 0,
        (0..<length).contains(start + (count - 1) * step)
      else { throw failure("takes \(count) from \(start) by \(step) of an axis of \(length)") }
      var shape = shapes[0]
      shape[axis] = count
      return shape
    case .softmax(let axis), .l2Normalise(let axis, _):
      try expect(1)
      try check(axis)
      return shapes[0]
    case .reduction(_, let axes):
      try expect(1)
      guard Set(axes).count == axes.count, !axes.isEmpty else { throw failure("reduces over axes \(axes)") }
      for axis in axes { try check(axis) }
      return shapes[0].indices.map { axes.contains($0) ? 1 : shapes[0][$0] }
    }
  }

  func multiplyAdds(of operation: GraphOperation, result: [Int]) -> Int {
    let count = result.reduce(1, *)
    switch operation {
    case .convolution: return count * shapes[1].dropFirst().reduce(1, *)
    case .matrixProduct: return count * shapes[1][0]
    case .maxPool(let window), .averagePool(let window, _): return count * window.kernelHeight * window.kernelWidth
    default: return count
    }
  }

  private func convolution(_ window: GraphWindow, _ groups: Int) throws(NetworkError) -> [Int] {
    try expect(1, constants: 1, optional: 1)
    let map = try map()
    let weights = shapes[1]
    guard weights.count == 4, (1...weights[0]).contains(groups), weights[0] % groups == 0,
      weights[1] * groups == map[1],
      weights[2] == window.kernelHeight, weights[3] == window.kernelWidth
    else {
      throw failure("weights of \(weights) in \(groups) groups do not fit a map of \(map)")
    }
    guard shapes.count < 3 || shapes[2] == [weights[0]] else {
      throw failure("a bias of \(shapes[2]) for \(weights[0]) filters")
    }
    return [map[0], weights[0]] + (try sides(window, map))
  }

  private func matrixProduct() throws(NetworkError) -> [Int] {
    try expect(1, constants: 1, optional: 1)
    guard shapes[1].count == 2, let inner = shapes[0].last, inner == shapes[1][0],
      shapes.count < 3 || shapes[2] == [shapes[1][1]]
    else { throw failure("\(shapes.map(\.description).joined(separator: " by ")) is no product of matrices") }
    return shapes[0].dropLast() + [shapes[1][1]]
  }

  private func concatenation(_ axis: Int) throws(NetworkError) -> [Int] {
    guard var shape = shapes.first, !constants.contains(true) else { throw failure("takes computed values alone") }
    try check(axis)
    for other in shapes.dropFirst() {
      guard other.count == shape.count, other.indices.allSatisfy({ $0 == axis || other[$0] == shape[$0] }) else {
        throw failure("\(other) does not fit \(shape) along axis \(axis)")
      }
      shape[axis] += other[axis]
    }
    return shape
  }

  private func resized(_ resize: GraphResize) throws(NetworkError) -> [Int] {
    try expect(1)
    let map = try map()
    guard resize.scaleHeight.isFinite, resize.scaleWidth.isFinite, resize.scaleHeight > 1e-6, resize.scaleWidth > 1e-6
    else { throw failure("scales by \(resize.scaleHeight) and \(resize.scaleWidth)") }
    return [map[0], map[1], resize.height, resize.width]
  }

  /// numpy's rule: axes from the last must be equal or 1.
  private func broadcast(_ a: [Int], _ b: [Int]) throws(NetworkError) -> [Int] {
    let rank = max(a.count, b.count)
    var shape: [Int] = []
    for (a, b) in zip(a.extended(to: rank), b.extended(to: rank)) {
      guard a == b || a == 1 || b == 1 else { throw failure("\(shapes[0]) and \(shapes[1]) cannot be broadcast") }
      shape.append(max(a, b))
    }
    return shape
  }

  /// Height and width of a window's result.
  private func sides(_ window: GraphWindow, _ map: [Int]) throws(NetworkError) -> [Int] {
    let kernels = [window.kernelHeight, window.kernelWidth]
    let steps = [window.strideHeight, window.strideWidth, window.dilationHeight, window.dilationWidth]
    guard kernels.allSatisfy((1...Graph.Limit.kernel).contains), steps.allSatisfy((1...Graph.Limit.stride).contains)
    else {
      throw failure(
        "a kernel of \(kernels) with strides and dilations \(steps): use 1 to \(Graph.Limit.kernel) and "
          + "1 to \(Graph.Limit.stride)")
    }
    let borders = [window.top, window.bottom, window.left, window.right]
    guard borders.allSatisfy((0...Graph.Limit.kernel * Graph.Limit.stride).contains) else {
      throw failure("pads by \(borders)")
    }
    let height = map[2] + window.top + window.bottom - window.spanHeight
    let width = map[3] + window.left + window.right - window.spanWidth
    guard height >= 0, width >= 0 else { throw failure("a kernel of \(kernels) does not fit a map of \(map)") }
    return [height / window.strideHeight + 1, width / window.strideWidth + 1]
  }

  private func map() throws(NetworkError) -> [Int] {
    guard shapes[0].count == 4 else { throw failure("takes a map of four axes, not \(shapes[0])") }
    return shapes[0]
  }

  /// So many computed operands, then so many constants, then perhaps more of those.
  private func expect(_ computed: Int, constants fixed: Int = 0, optional: Int = 0) throws(NetworkError) {
    guard (computed + fixed...computed + fixed + optional).contains(shapes.count),
      !constants.prefix(computed).contains(true), !constants.dropFirst(computed).contains(false)
    else {
      throw failure("takes \(computed) computed operands and then \(fixed) to \(fixed + optional) constants")
    }
  }

  private func channelwise(_ constant: [Int]) throws(NetworkError) {
    guard [2, 4].contains(shapes[0].count), constant == [shapes[0][1]] else {
      throw failure("\(constant) is not one number for each channel of \(shapes[0]) (of two or four axes)")
    }
  }

  private func check(_ axis: Int) throws(NetworkError) {
    guard shapes[0].indices.contains(axis) else { throw failure("\(shapes[0]) has no axis \(axis)") }
  }

  private func failure(_ message: String) -> NetworkError {
    NetworkError(.invalidDefinition, "\(name): \(message)")
  }
}

extension [Int] {
  /// With axes of length 1 before, as broadcasting sees a shape.
  func extended(to rank: Int) -> [Int] { [Int](repeating: 1, count: rank - count) + self }
}
