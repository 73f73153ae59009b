internal import Networks

/// What follows from the file and the input's shape alone: the shape arithmetic that exporters leave in a graph.
extension Lowering {
  /// The node's result, where it is a constant; nil where it has to be computed at run time.
  func fold(_ node: NodeReader) throws(ONNXError) -> ConstantTensor? {
    switch node.node.operation {
    case "Constant": return try literal(node)
    case "Shape":
      let shape = try shape(node, 0)
      let bounds = [try node.integer("start", 0), try node.integer("end", shape.count)].map {
        min(max($0 < 0 ? $0 + shape.count : $0, 0), shape.count)
      }
      let part = bounds[0] < bounds[1] ? Array(shape[bounds[0]..<bounds[1]]) : []
      return ConstantTensor(shape: [part.count], values: .integers(part.map { Int64($0) }))
    default: break
    }
    var inputs: [ConstantTensor] = []
    for index in node.node.inputs.indices {
      guard let operand = try optional(node, index) else { continue }
      guard case .constant(let tensor) = operand else { return nil }
      inputs.append(tensor)
    }
    guard let first = inputs.first else { return nil }
    switch node.node.operation {
    case "Identity", "Dropout": return first
    case "Cast": return try cast(node, first)
    case "Gather": return try gather(node, inputs)
    case "Concat": return try concatenated(node, inputs)
    case "Slice": return try sliced(node, first)
    case "Transpose":
      let permutation = try node.integers("perm") ?? Array(first.shape.indices.reversed())
      guard permutation.sorted() == Array(first.shape.indices) else {
        throw node.mismatch("it permutes by \(permutation)")
      }
      let shape = permutation.map { first.shape[$0] }
      switch first.values {
      case .floats(let values):
        return ConstantTensor(shape: shape, values: .floats(Folding.transposed(values, first.shape, permutation)))
      case .integers(let values):
        return ConstantTensor(shape: shape, values: .integers(Folding.transposed(values, first.shape, permutation)))
      }
    case "Reshape", "Flatten", "Squeeze", "Unsqueeze":
      let shape = try reshaped(node, first.shape)
      guard shape.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) == first.count else {
        throw node.mismatch("it turns \(first.shape) into \(shape)")
      }
      return ConstantTensor(shape: shape, values: first.values)
    case "ConstantOfShape": return try filled(node)
    case "Add", "Sub", "Mul", "Div":
      guard inputs.count == 2 else { throw node.mismatch("it has \(inputs.count) inputs") }
      return try arithmetic(node, inputs[0], inputs[1])
    case "Floor", "Ceil", "Sqrt", "Neg":
      return ConstantTensor(shape: first.shape, values: .floats(first.floats.map { Folding.unary(node, $0) }))
    default: return nil
    }
  }

  private func literal(_ node: NodeReader) throws(ONNXError) -> ConstantTensor {
    if case .tensor(let tensor) = node.node.attributes["value"] { return tensor }
    if case .float(let value) = node.node.attributes["value_float"] {
      return ConstantTensor(shape: [], values: .floats([value]))
    }
    if case .integer(let value) = node.node.attributes["value_int"] {
      return ConstantTensor(shape: [], values: .integers([value]))
    }
    if case .floats(let values) = node.node.attributes["value_floats"] {
      return ConstantTensor(shape: [values.count], values: .floats(values))
    }
    if case .integers(let values) = node.node.attributes["value_ints"] {
      return ConstantTensor(shape: [values.count], values: .integers(values))
    }
    throw node.unsupported("a constant that is neither a dense tensor nor a number")
  }

  private func cast(_ node: NodeReader, _ tensor: ConstantTensor) throws(ONNXError) -> ConstantTensor {
    guard let type = Elements(rawValue: Int64(try node.integer("to", 1))) else {
      throw node.unsupported("a cast to ONNX type \(try node.integer("to", 1))")
    }
    guard type.isWhole else { return ConstantTensor(shape: tensor.shape, values: .floats(tensor.floats)) }
    switch tensor.values {
    case .integers: return tensor
    case .floats(let values):
      guard values.allSatisfy({ $0.magnitude < 0x1p62 }) else { throw node.mismatch("a number too large to be whole") }
      return ConstantTensor(shape: tensor.shape, values: .integers(values.map { Int64($0) }))
    }
  }

  /// Entries of one axis, of lists and matrices alike.
  private func gather(_ node: NodeReader, _ inputs: [ConstantTensor]) throws(ONNXError) -> ConstantTensor {
    guard inputs.count == 2, case .integers(let indices) = inputs[1].values else {
      throw node.mismatch("its indices are no whole numbers")
    }
    let data = inputs[0]
    let axis = try axis(node, try node.integer("axis", 0), rank: data.shape.count)
    let length = Int64(data.shape[axis])
    guard indices.allSatisfy({ (-length..<length).contains($0) }) else { throw node.mismatch("an index out of range") }
    let inner = data.shape[(axis + 1)...].reduce(1, *)
    let outer = data.shape[..<axis].reduce(1, *)
    try limit(node, outer, inner, indices.count)
    let places = (0..<outer).flatMap { outer in
      indices.flatMap { index in
        let start = (outer * Int(length) + Int(index < 0 ? index + length : index)) * inner
        return start..<start + inner
      }
    }
    let shape = data.shape[..<axis] + inputs[1].shape + data.shape[(axis + 1)...]
    return data.picking(places, shape: Array(shape))
  }

  private func concatenated(_ node: NodeReader, _ inputs: [ConstantTensor]) throws(ONNXError) -> ConstantTensor {
    let axis = try axis(node, try node.integer("axis", 0), rank: inputs[0].shape.count)
    guard axis == 0, inputs.allSatisfy({ $0.shape.count == 1 }) else {
      throw node.unsupported("constants other than lists are not joined")
    }
    try limit(node, inputs.reduce(0) { $0 + $1.count })
    if inputs.allSatisfy(\.isWhole) {
      let values = inputs.flatMap(\.integers)
      return ConstantTensor(shape: [values.count], values: .integers(values))
    }
    let values = inputs.flatMap(\.floats)
    return ConstantTensor(shape: [values.count], values: .floats(values))
  }

  private func sliced(_ node: NodeReader, _ tensor: ConstantTensor) throws(ONNXError) -> ConstantTensor {
    var tensor = tensor
    for range in try ranges(node, tensor.shape) {
      let inner = tensor.shape[(range.axis + 1)...].reduce(1, *)
      let outer = tensor.shape[..<range.axis].reduce(1, *)
      let length = tensor.shape[range.axis]
      let places = (0..<outer).flatMap { outer in
        (0..<range.count).flatMap { index in
          let start = (outer * length + range.start + index * range.step) * inner
          return start..<start + inner
        }
      }
      var shape = tensor.shape
      shape[range.axis] = range.count
      tensor = tensor.picking(places, shape: shape)
    }
    return tensor
  }

  private func filled(_ node: NodeReader) throws(ONNXError) -> ConstantTensor {
    let shape = try integers(node, 0)
    guard shape.allSatisfy((0...ONNXModel.Limit.foldedCount).contains), shape.count <= ONNXModel.Limit.rank else {
      throw node.unsupported("a constant of shape \(shape.prefix(8))")
    }
    var count = 1
    for length in shape {
      count *= length
      try limit(node, count)
    }
    if case .tensor(let tensor) = node.node.attributes["value"] {
      guard tensor.count == 1 else { throw node.mismatch("it fills with \(tensor.count) numbers") }
      return tensor.picking([Int](repeating: 0, count: count), shape: shape)
    }
    return ConstantTensor(shape: shape, values: .floats([Float](repeating: 0, count: count)))
  }

  private func arithmetic(
    _ node: NodeReader, _ a: ConstantTensor, _ b: ConstantTensor
  ) throws(ONNXError) -> ConstantTensor {
    guard a.count == b.count && a.shape == b.shape || a.count == 1 || b.count == 1 else {
      throw node.unsupported("constants of \(a.shape) and \(b.shape) are not combined")
    }
    let shape = a.count > 1 || a.shape.count > b.shape.count ? a.shape : b.shape
    let count = max(a.count, b.count)
    if case .integers(let x) = a.values, case .integers(let y) = b.values {
      guard node.node.operation != "Div" || !y.contains(0) else { throw node.mismatch("it divides by 0") }
      let values = (0..<count).map {
        Folding.combine(node, x[x.count == 1 ? 0 : $0], y[y.count == 1 ? 0 : $0])
      }
      return ConstantTensor(shape: shape, values: .integers(values))
    }
    let (x, y) = (a.floats, b.floats)
    let values = (0..<count).map { Folding.combine(node, x[x.count == 1 ? 0 : $0], y[y.count == 1 ? 0 : $0]) }
    return ConstantTensor(shape: shape, values: .floats(values))
  }

  /// - Throws: `tooLarge` where a product of counts passes what may follow from other constants.
  private func limit(_ node: NodeReader, _ counts: Int...) throws(ONNXError) {
    var product = 1
    for count in counts {
      let (value, overflow) = product.multipliedReportingOverflow(by: count)
      guard !overflow, value <= ONNXModel.Limit.foldedCount else {
        throw ONNXError(.tooLarge, "\(node.title): a constant of more than \(ONNXModel.Limit.foldedCount) numbers")
      }
      product = value
    }
  }
}

extension ConstantTensor {
  var isWhole: Bool {
    if case .integers = values { true } else { false }
  }

  var integers: [Int64] {
    if case .integers(let values) = values { values } else { [] }
  }

  /// The entries at given places.
  fileprivate func picking(_ places: [Int], shape: [Int]) -> ConstantTensor {
    switch values {
    case .floats(let values): ConstantTensor(shape: shape, values: .floats(places.map { values[$0] }))
    case .integers(let values): ConstantTensor(shape: shape, values: .integers(places.map { values[$0] }))
    }
  }
}

/// Arithmetic on constants.
enum Folding {
  static func combine(_ node: NodeReader, _ x: Float, _ y: Float) -> Float {
    switch node.node.operation {
    case "Add": x + y
    case "Sub": x - y
    case "Mul": x * y
    default: x / y
    }
  }

  /// Wraps around, as the other runtimes do.
  static func combine(_ node: NodeReader, _ x: Int64, _ y: Int64) -> Int64 {
    switch node.node.operation {
    case "Add": x &+ y
    case "Sub": x &- y
    case "Mul": x &* y
    default: x.dividedReportingOverflow(by: y).partialValue
    }
  }

  static func unary(_ node: NodeReader, _ x: Float) -> Float {
    switch node.node.operation {
    case "Floor": x.rounded(.down)
    case "Ceil": x.rounded(.up)
    case "Sqrt": x.squareRoot()
    default: -x
    }
  }

  /// Axis i of the result is axis `permutation[i]` of the operand.
  static func transposed<T>(_ values: [T], _ shape: [Int], _ permutation: [Int]) -> [T] {
    var distances = shape.map { _ in 1 }
    for axis in shape.indices.dropLast().reversed() { distances[axis] = distances[axis + 1] * shape[axis + 1] }
    let lengths = permutation.map { shape[$0] }
    let steps = permutation.map { distances[$0] }
    var place = lengths.map { _ in 0 }
    var offset = 0
    return values.indices.map { _ in
      let value = values[offset]
      for axis in lengths.indices.reversed() {
        place[axis] += 1
        offset += steps[axis]
        if place[axis] < lengths[axis] { break }
        offset -= place[axis] * steps[axis]
        place[axis] = 0
      }
      return value
    }
  }
}
