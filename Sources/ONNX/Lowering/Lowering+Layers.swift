internal import Networks

/// Convolutions, matrix products, normalisations, activations and pools.
extension Lowering {
  mutating func convolution(_ node: NodeReader) throws(ONNXError) {
    let map = try map(node)
    let weights = try constant(node, 1)
    guard weights.shape.count == 4 else {
      throw node.unsupported("weights of \(weights.shape); two sides are supported")
    }
    let window = try node.window(kernel: Array(weights.shape[2...]), height: map[2], width: map[3])
    var constants = [try value(node, 1)]
    if try optional(node, 2) != nil {
      _ = try constant(node, 2)
      constants.append(try value(node, 2))
    }
    try append(node, .convolution(window, groups: try node.integer("group", 1)), constants: constants)
  }

  /// Gemm: alpha·x·B + beta·C; MatMul: x·B.
  mutating func matrixProduct(_ node: NodeReader) throws(ONNXError) {
    let weights = try constant(node, 1)
    guard try node.integer("transA", 0) == 0, weights.shape.count == 2 else {
      throw node.unsupported("products with a constant matrix on the right are supported, of an input as it is")
    }
    var (rows, columns) = (weights.shape[0], weights.shape[1])
    var values = weights.floats
    if try node.integer("transB", 0) != 0 {
      values = Folding.transposed(values, weights.shape, [1, 0])
      (rows, columns) = (columns, rows)
    }
    let alpha = try node.float("alpha", 1)
    if alpha != 1 { for i in values.indices { values[i] *= alpha } }
    var constants = [try add(values, [rows, columns], node.node.inputs[1])]
    if node.node.operation == "Gemm", try optional(node, 2) != nil {
      let bias = try constant(node, 2)
      guard bias.count == 1 || bias.count == columns && bias.shape.last == columns else {
        throw node.unsupported("a bias of \(bias.shape); one number for each of \(columns) outputs is supported")
      }
      let beta = try node.float("beta", 1)
      let numbers = bias.floats.map { beta * $0 }
      let whole = bias.count == 1 ? [Float](repeating: numbers[0], count: columns) : numbers
      constants.append(try add(whole, [columns], node.node.inputs[2]))
    }
    try append(node, .matrixProduct, constants: constants)
  }

  /// scale · (x − mean) / √(variance + ε) + bias, as one scale and shift.
  mutating func normalisation(_ node: NodeReader) throws(ONNXError) {
    guard try node.integer("training_mode", 0) == 0 else {
      throw node.unsupported("it is in training mode: export the network for evaluation")
    }
    var parts: [[Float]] = []
    for index in 1...4 { parts.append(try constant(node, index).floats) }
    let count = parts[0].count
    guard parts.allSatisfy({ $0.count == count }) else { throw node.mismatch("its statistics differ in length") }
    let epsilon = try node.float("epsilon", 1e-5)
    let scale = (0..<count).map { parts[0][$0] / (parts[3][$0] + epsilon).squareRoot() }
    let shift = (0..<count).map { parts[1][$0] - scale[$0] * parts[2][$0] }
    try append(
      node, .affine,
      constants: [
        try add(scale, [count], node.node.inputs[1]), try add(shift, [count], node.node.inputs[2]),
      ])
  }

  mutating func slopes(_ node: NodeReader) throws(ONNXError) {
    let slopes = try constant(node, 1)
    let shape = try shape(node, 0)
    if slopes.count == 1 { return try append(node, .activation(.leaky(slope: slopes.floats[0]))) }
    let missing = shape.count - slopes.shape.count
    let aligned = missing >= 0 ? [Int](repeating: 1, count: missing) + slopes.shape : []
    guard aligned.count > 1, aligned[1] == shape[1], slopes.count == shape[1] else {
      throw node.unsupported("slopes of \(slopes.shape) for \(shape); one for all or one for each channel is supported")
    }
    let value = try add(slopes.floats, [slopes.count], node.node.inputs[1])
    try append(node, .activation(.parametric), constants: [value])
  }

  mutating func clip(_ node: NodeReader) throws(ONNXError) {
    func bound(_ name: String, _ index: Int, _ other: Float) throws(ONNXError) -> Float {
      guard try optional(node, index) != nil else { return try node.float(name, other) }
      let values = try constant(node, index).floats
      guard values.count == 1 else { throw node.mismatch("a bound of \(values.count) numbers") }
      return values[0]
    }
    let low = try bound("min", 1, -.greatestFiniteMagnitude)
    let high = try bound("max", 2, .greatestFiniteMagnitude)
    try append(node, .activation(.clip(low: low, high: high)))
  }

  /// max(0, min(1, αx + β)), or x times that.
  mutating func hardSigmoid(
    _ node: NodeReader, _ alpha: Float, _ beta: Float, times: Bool
  ) throws(ONNXError) {
    let x = try computed(node, 0)
    let scaled = try emit(node, .binary(.multiply), [x, try add([alpha], [1], "\(node.title) alpha")])
    let shifted = try emit(node, .binary(.add), [scaled, try add([beta], [1], "\(node.title) beta")])
    let gate = try emit(node, .activation(.clip(low: 0, high: 1)), [shifted])
    try define(node, .computed(times ? try emit(node, .binary(.multiply), [x, gate]) : gate))
  }

  /// Of two inputs, or (Max, Min, Sum) of any number.
  mutating func binary(_ node: NodeReader, _ kind: GraphBinary) throws(ONNXError) {
    var result = try value(node, 0)
    if node.node.inputs.count == 1 { return try define(node, .computed(try computed(node, 0))) }
    if let (operand, scale, shift) = try channelwise(node, kind) {
      return try define(node, .computed(try emit(node, .affine, [operand, scale, shift])))
    }
    for index in 1..<node.node.inputs.count {
      result = try emit(node, .binary(kind), [result, try value(node, index)])
    }
    try define(node, .computed(result))
  }

  /// A sum, difference, product or quotient with one number for each channel as scale and shift, which may then be folded into a
  /// convolution: so some exporters write a normalisation. Nil for anything else.
  private mutating func channelwise(
    _ node: NodeReader, _ kind: GraphBinary
  ) throws(ONNXError) -> (operand: Graph.Value, scale: Graph.Value, shift: Graph.Value)? {
    guard node.node.inputs.count == 2 else { return nil }
    let isFirst: Bool
    let (value, tensor): (Graph.Value, ConstantTensor)
    switch (try operand(node, 0), try operand(node, 1)) {
    case (.computed(let a), .constant(let b)): (isFirst, value, tensor) = (true, a, b)
    case (.constant(let a), .computed(let b)): (isFirst, value, tensor) = (false, b, a)
    default: return nil
    }
    let shape = graph.shape(value)
    guard [2, 4].contains(shape.count), tensor.shape.count <= shape.count else { return nil }
    let axes = [Int](repeating: 1, count: shape.count - tensor.shape.count) + tensor.shape
    guard axes.enumerated().allSatisfy({ $0.element == 1 || $0.offset == 1 && $0.element == shape[1] }) else {
      return nil
    }
    let numbers = tensor.count == 1 ? [Float](repeating: tensor.floats[0], count: shape[1]) : tensor.floats
    let (ones, zeros) = (numbers.map { _ in Float(1) }, numbers.map { _ in Float(0) })
    let (scale, shift): ([Float], [Float])
    switch kind {
    case .add: (scale, shift) = (ones, numbers)
    case .multiply: (scale, shift) = (numbers, zeros)
    case .subtract: (scale, shift) = isFirst ? (ones, numbers.map { -$0 }) : (ones.map { -$0 }, numbers)
    case .divide where isFirst && !numbers.contains(0): (scale, shift) = (numbers.map { 1 / $0 }, zeros)
    default: return nil
    }
    return (
      value, try add(scale, [shape[1]], "\(node.title) scale"), try add(shift, [shape[1]], "\(node.title) shift")
    )
  }

  mutating func power(_ node: NodeReader) throws(ONNXError) {
    let exponent = try constant(node, 1).floats
    switch exponent {
    case [2]: try append(node, .unary(.square))
    case [0.5]: try append(node, .unary(.squareRoot))
    case [1]: try define(node, try operand(node, 0))
    default: throw node.unsupported("powers other than 2 and 0.5")
    }
  }

  mutating func expand(_ node: NodeReader) throws(ONNXError) {
    let wanted = try integers(node, 1)
    let count = wanted.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    guard wanted.allSatisfy((1...ONNXModel.Limit.foldedCount).contains), wanted.count <= Graph.Limit.rank,
      (1...ONNXModel.Limit.foldedCount).contains(count)
    else { throw node.unsupported("it expands to \(wanted.prefix(8))") }
    let ones = try add([Float](repeating: 1, count: count), wanted, "\(node.title) ones")
    try append(node, .binary(.multiply), constants: [ones])
  }

  mutating func pool(_ node: NodeReader) throws(ONNXError) {
    let map = try map(node)
    let window = try node.pool(height: map[2], width: map[3])
    guard node.node.operation == "AveragePool" else { return try append(node, .maxPool(window)) }
    let plain = try node.window(kernel: nil, height: map[2], width: map[3])
    let counts = try node.integer("count_include_pad", 0) == 1
    guard !counts || window == plain else {
      throw node.unsupported("ceil_mode together with count_include_pad where windows overhang")
    }
    try append(node, .averagePool(window, countsPadding: counts))
  }

  /// √Σx² over a window, as √(mean of x² over the whole window · its size).
  mutating func l2Pool(_ node: NodeReader) throws(ONNXError) {
    guard try node.integer("p", 2) == 2 else { throw node.unsupported("only p = 2 is supported") }
    let map = try map(node)
    let window = try node.window(kernel: nil, height: map[2], width: map[3])
    guard try node.pool(height: map[2], width: map[3]) == window else {
      throw node.unsupported("ceil_mode where windows overhang")
    }
    let size = try add([Float(window.kernelHeight * window.kernelWidth)], [1], "\(node.title) size")
    let squares = try emit(node, .unary(.square), [try computed(node, 0)])
    let means = try emit(node, .averagePool(window, countsPadding: true), [squares])
    let sums = try emit(node, .binary(.multiply), [means, size])
    try define(node, .computed(try emit(node, .unary(.squareRoot), [sums])))
  }

  mutating func globalPool(_ node: NodeReader, _ kind: GraphReduction) throws(ONNXError) {
    try append(node, .reduction(kind, axes: Array(2..<(try map(node)).count)))
  }

  mutating func reduction(_ node: NodeReader, _ kind: GraphReduction) throws(ONNXError) {
    let shape = try shape(node, 0)
    var axes: [Int] = []
    for axis in try list(node, "axes", input: 1) ?? [] { axes.append(try self.axis(node, axis)) }
    if axes.isEmpty {
      if try node.integer("noop_with_empty_axes", 0) == 1 { return try define(node, try operand(node, 0)) }
      axes = Array(shape.indices)
    }
    var result = try emit(node, .reduction(kind, axes: axes), [try computed(node, 0)])
    if try node.integer("keepdims", 1) == 0 {
      let kept = shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
      result = try emit(node, .reshape(kept), [result])
    }
    try define(node, .computed(result))
  }

  /// Before operator set 13 over everything from an axis on, since then along one axis.
  mutating func softmax(_ node: NodeReader) throws(ONNXError) {
    let shape = try shape(node, 0)
    let isOld = model.operatorSet < 13
    let axis = try axis(node, try node.integer("axis", isOld ? 1 : -1))
    guard isOld, axis < shape.count - 1 else { return try append(node, .softmax(axis: axis)) }
    let rows = shape[..<axis].reduce(1, *)
    let flat = try emit(node, .reshape([rows, shape.reduce(1, *) / rows]), [try computed(node, 0)])
    let result = try emit(node, .softmax(axis: 1), [flat])
    try define(node, .computed(try emit(node, .reshape(shape), [result])))
  }

  /// The first input's shape, of four axes.
  func map(_ node: NodeReader) throws(ONNXError) -> [Int] {
    let shape = graph.shape(try computed(node, 0))
    guard shape.count == 4 else { throw node.unsupported("an input of \(shape); maps of four axes are supported") }
    return shape
  }
}
