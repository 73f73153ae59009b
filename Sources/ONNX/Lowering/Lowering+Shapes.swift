internal import Networks

/// What moves numbers about: reshapes, slices, concatenation, resizing.
extension Lowering {
  mutating func reshape(_ node: NodeReader) throws(ONNXError) {
    let shape = try reshaped(node, try shape(node, 0))
    try append(node, .reshape(shape))
  }

  /// The shape after Reshape, Flatten, Squeeze or Unsqueeze.
  func reshaped(_ node: NodeReader, _ shape: [Int]) throws(ONNXError) -> [Int] {
    let count = shape.reduce(1, *)
    switch node.node.operation {
    case "Flatten":
      let axis = try node.integer("axis", 1)
      guard (-shape.count...shape.count).contains(axis) else { throw node.mismatch("axis \(axis) of \(shape)") }
      let rows = shape[..<(axis < 0 ? axis + shape.count : axis)].reduce(1, *)
      return [rows, rows == 0 ? 0 : count / rows]
    case "Squeeze":
      var axes: Set<Int> = []
      for axis in try list(node, "axes", input: 1) ?? [] { axes.insert(try self.axis(node, axis)) }
      if axes.isEmpty { axes = Set(shape.indices.filter { shape[$0] == 1 }) }
      guard axes.allSatisfy({ shape[$0] == 1 }) else { throw node.mismatch("it squeezes \(axes.sorted()) of \(shape)") }
      return shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
    case "Unsqueeze":
      let given = try list(node, "axes", input: 1) ?? []
      guard given.count + shape.count <= ONNXModel.Limit.rank else { throw node.unsupported("it makes too many axes") }
      var axes: Set<Int> = []
      for axis in given { axes.insert(try self.axis(node, axis, rank: shape.count + given.count)) }
      guard axes.count == given.count else { throw node.mismatch("it names an axis twice") }
      var rest = shape.makeIterator()
      return (0..<shape.count + axes.count).map { axes.contains($0) ? 1 : rest.next() ?? 1 }
    default:
      var wanted = try integers(node, 1)
      guard wanted.count <= ONNXModel.Limit.rank, wanted.count(where: { $0 == -1 }) <= 1,
        wanted.allSatisfy({ $0 >= -1 && $0 <= ONNXModel.Limit.tensorCount })
      else { throw node.mismatch("it reshapes to \(wanted.prefix(16))") }
      if try node.integer("allowzero", 0) == 0 {
        for index in wanted.indices where wanted[index] == 0 {
          guard shape.indices.contains(index) else { throw node.mismatch("it keeps axis \(index) of \(shape)") }
          wanted[index] = shape[index]
        }
      }
      guard let open = wanted.firstIndex(of: -1) else { return wanted }
      var fixed = 1
      for (index, length) in wanted.enumerated() where index != open {
        fixed = fixed.multipliedReportingOverflow(by: length).partialValue
      }
      guard fixed > 0, count % fixed == 0 else { throw node.mismatch("it reshapes \(shape) to \(wanted)") }
      wanted[open] = count / fixed
      return wanted
    }
  }

  mutating func transpose(_ node: NodeReader) throws(ONNXError) {
    let rank = try shape(node, 0).count
    try append(node, .transpose(try node.integers("perm") ?? Array((0..<rank).reversed())))
  }

  mutating func concatenation(_ node: NodeReader) throws(ONNXError) {
    var operands: [Graph.Value] = []
    for index in node.node.inputs.indices { operands.append(try computed(node, index)) }
    let operation = GraphOperation.concatenation(axis: try axis(node, try node.integer("axis", 1)))
    try define(node, .computed(try emit(node, operation, operands)))
  }

  mutating func split(_ node: NodeReader) throws(ONNXError) {
    let shape = try shape(node, 0)
    let axis = try axis(node, try node.integer("axis", 0))
    let parts = node.node.outputs.count
    guard parts > 0 else { throw node.mismatch("it has no outputs") }
    let even = (shape[axis] + parts - 1) / parts
    let sizes = try list(node, "split", input: 1) ?? (0..<parts).map { min(even, shape[axis] - $0 * even) }
    guard sizes.count == parts, sizes.allSatisfy({ (1...shape[axis]).contains($0) }) else {
      throw node.mismatch("it splits \(shape[axis]) into \(sizes.prefix(16))")
    }
    var start = 0
    for (output, size) in sizes.enumerated() {
      let operation = GraphOperation.slice(axis: axis, start: start, step: 1, count: size)
      try define(node, .computed(try emit(node, operation, [try computed(node, 0)])), output: output)
      start += size
    }
  }

  /// A range along one axis.
  struct Range {
    var axis: Int
    var start: Int
    var step: Int
    var count: Int
  }

  mutating func slice(_ node: NodeReader) throws(ONNXError) {
    var value = try computed(node, 0)
    for range in try ranges(node, graph.shape(value)) {
      let operation = GraphOperation.slice(
        axis: range.axis, start: range.start, step: range.step, count: range.count)
      value = try emit(node, operation, [value])
    }
    try define(node, .computed(value))
  }

  /// What Slice takes of each axis that it names; ends are clamped as ONNX says.
  func ranges(_ node: NodeReader, _ shape: [Int]) throws(ONNXError) -> [Range] {
    let starts = try list(node, "starts", input: 1) ?? []
    let ends = try list(node, "ends", input: 2) ?? []
    let axes = try list(node, "axes", input: 3) ?? Array(starts.indices)
    let steps = try optional(node, 4) == nil ? starts.map { _ in 1 } : try integers(node, 4)
    guard starts.count == ends.count, starts.count == axes.count, starts.count == steps.count else {
      throw node.mismatch("its lists differ in length")
    }
    var ranges: [Range] = []
    for index in starts.indices {
      let axis = try axis(node, axes[index], rank: shape.count)
      let (length, step) = (shape[axis], steps[index])
      guard step != 0, step.magnitude <= ONNXModel.Limit.tensorCount else {
        throw node.unsupported("a step of \(step)")
      }
      func place(_ value: Int, _ range: ClosedRange<Int>) -> Int {
        min(max(value < 0 ? value + length : value, range.lowerBound), range.upperBound)
      }
      let bounds = step > 0 ? 0...length : -1...length - 1
      let (start, end) = (place(starts[index], step > 0 ? bounds : 0...max(0, length - 1)), place(ends[index], bounds))
      let count = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step
      guard count > 0 else { throw node.unsupported("it takes nothing of axis \(axis)") }
      ranges.append(Range(axis: axis, start: start, step: count == 1 ? 1 : step, count: count))
    }
    return ranges
  }

  mutating func resize(_ node: NodeReader) throws(ONNXError) {
    let map = try map(node)
    let isUpsample = node.node.operation == "Upsample"
    let isOld = isUpsample || model.operatorSet < 11
    let (scalesIndex, sizesIndex) = isOld ? (1, Int.max) : (2, 3)
    var scales: [Float] = []
    var sides = [0, 0]
    if let given = try node.floats("scales") {
      scales = given
    } else if try optional(node, scalesIndex) != nil {
      scales = try constant(node, scalesIndex).floats
    }
    if scales.isEmpty {
      let sizes = try integers(node, sizesIndex)
      guard sizes.count == 4, sizes[0] == map[0], sizes[1] == map[1], sizes[2] > 0, sizes[3] > 0 else {
        throw node.unsupported("it resizes \(map) to \(sizes.prefix(8)); height and width can change")
      }
      sides = [sizes[2], sizes[3]]
      scales = [1, 1, Float(sizes[2]) / Float(map[2]), Float(sizes[3]) / Float(map[3])]
    } else {
      guard scales.count == 4, scales[0] == 1, scales[1] == 1, scales[2...].allSatisfy({ $0 > 0 && $0 <= 64 }) else {
        throw node.unsupported("it scales by \(scales.prefix(8)); height and width can change, by at most 64")
      }
      sides = [Int((Float(map[2]) * scales[2]).rounded(.down)), Int((Float(map[3]) * scales[3]).rounded(.down))]
    }
    guard try node.integer("antialias", 0) == 0, try node.integer("exclude_outside", 0) == 0 else {
      throw node.unsupported("antialias and exclude_outside")
    }
    let resize = GraphResize(
      height: sides[0], width: sides[1], scaleHeight: Double(scales[2]), scaleWidth: Double(scales[3]),
      interpolation: try interpolation(node), coordinates: try coordinates(node, isOld),
      rounding: try rounding(node, isOld)
    )
    try append(node, .resize(resize))
  }

  private func interpolation(_ node: NodeReader) throws(ONNXError) -> GraphResize.Interpolation {
    switch try node.text("mode", "nearest") {
    case "nearest": return .nearest
    case "linear", "bilinear": return .linear
    case let mode: throw node.unsupported("the mode '\(mode)'; nearest and linear are supported")
    }
  }

  private func coordinates(_ node: NodeReader, _ isOld: Bool) throws(ONNXError) -> GraphResize.Coordinates {
    switch try node.text("coordinate_transformation_mode", isOld ? "asymmetric" : "half_pixel") {
    case "asymmetric": return .asymmetric
    case "half_pixel": return .halfPixel
    case "pytorch_half_pixel": return .halfPixelOrZero
    case "align_corners": return .alignedCorners
    case let mode: throw node.unsupported("the coordinate_transformation_mode '\(mode)'")
    }
  }

  private func rounding(_ node: NodeReader, _ isOld: Bool) throws(ONNXError) -> GraphResize.Rounding {
    switch try node.text("nearest_mode", isOld ? "floor" : "round_prefer_floor") {
    case "floor": return .floor
    case "ceil": return .ceiling
    case "round_prefer_floor": return .halfDown
    case "round_prefer_ceil": return .halfUp
    case let mode: throw node.unsupported("the nearest_mode '\(mode)'")
    }
  }
}
