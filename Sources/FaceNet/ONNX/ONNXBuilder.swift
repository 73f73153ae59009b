internal import Networks

/// A network's operations as ONNX operators: feature maps are batch × channels × rows × columns.
struct ONNXBuilder {
  private(set) var graph: ONNXGraph
  private let state: [String: NamedTensor]
  private let folds: Bool
  /// What every map, or slice of a map, is called once it is computed.
  private var computed: [(map: MapReference, name: String)] = []
  private var count = 0

  /// - Parameters:
  ///   - state: the network's tensors.
  ///   - folds: multiplies batch normalisation into the convolutions; otherwise it becomes an operator of its own.
  init(_ graph: ONNXGraph, state: [NamedTensor], folds: Bool) {
    self.graph = graph
    self.state = Dictionary(state.map { ($0.name, $0) }) { first, _ in first }
    self.folds = folds
  }

  /// The whole network between the tensors `input` and `output`, the latter batch × D.
  ///
  /// - Throws: `.mismatch` when a tensor is missing or has another shape.
  mutating func add(_ plan: Plan, input: String, output: String) throws(ModelFileError) {
    computed = [(plan.input, input)]
    for operation in plan.operations {
      let name = try add(operation, input: read(operation.input))
      computed.append((operation.output, name))
    }
    graph.addNode("Flatten", name: "flatten", inputs: [read(plan.output)], output: output, [("axis", .integer(1))])
  }

  /// The tensor of a map: what was computed into it, side by side over channels where there are several.
  private mutating func read(_ map: MapReference) -> String {
    let channels = map.offset..<map.offset + map.shape.channels
    let parts = computed.filter { $0.map.storage == map.storage && channels.contains($0.map.offset) }
    if let whole = parts.first(where: { $0.map == map }) { return whole.name }
    let name = unique("concatenation")
    let ordered = parts.sorted { $0.map.offset < $1.map.offset }.map(\.name)
    graph.addNode("Concat", name: name, inputs: ordered, output: name, [("axis", .integer(1))])
    computed.removeAll { part in parts.contains { $0.name == part.name } }
    computed.append((map, name))
    return name
  }

  /// One operation; returns its result's name.
  private mutating func add(_ operation: Plan.Operation, input: String) throws(ModelFileError) -> String {
    switch operation.kind {
    case .convolution(let plan): return try convolution(plan, input)
    case .maxPool(let window): return node("MaxPool", input, Self.attributes(window))
    case .averagePool(let window):
      if window == Window(whole: window.input) { return node("GlobalAveragePool", input) }
      return node("AveragePool", input, Self.attributes(window) + [("count_include_pad", .integer(1))])
    case .l2Pool(let window): return node("LpPool", input, Self.attributes(window) + [("p", .integer(2))])
    case .localResponse:
      return node(
        "LRN", input,
        [
          ("size", .integer(LayerNumbers.responseSize)), ("alpha", .number(LayerNumbers.responseAlpha)),
          ("beta", .number(LayerNumbers.responseBeta)), ("bias", .number(1)),
        ])
    case .l2Normalise: return node("LpNormalization", input, [("axis", .integer(1)), ("p", .integer(2))])
    case .maxout(let pieces): return maxout(pieces, operation.output.shape, input)
    }
  }

  /// A dense layer is a convolution whose window is the whole map.
  private mutating func convolution(_ plan: ConvolutionPlan, _ input: String) throws(ModelFileError) -> String {
    let window = plan.window
    var weight = try tensor(
      "\(plan.name).weight", count: plan.filters * window.area,
      as: [plan.filters, window.input.channels, window.kernelHeight, window.kernelWidth])
    var inputs = [input, weight.name]
    if plan.normalisation == .none || folds {
      var bias: NamedTensor
      if plan.normalisation == .batch {
        bias = try fold(plan, into: &weight)
      } else {
        bias = try tensor("\(plan.name).bias", count: plan.filters)
      }
      graph.addConstant(bias)
      inputs.append(bias.name)
    }
    graph.addConstant(weight)
    var result = plan.name
    graph.addNode(
      "Conv", name: plan.name, inputs: inputs, output: result, Self.attributes(window))
    if plan.normalisation == .batch && !folds {
      let names = ["weight", "bias", "running_mean", "running_var"].map { "\(plan.name).bn.\($0)" }
      for name in names { graph.addConstant(try tensor(name, count: plan.filters)) }
      graph.addNode(
        "BatchNormalization", name: "\(plan.name).bn", inputs: [result] + names, output: "\(plan.name).bn",
        [("epsilon", .number(LayerNumbers.normalisationEpsilon))])
      result = "\(plan.name).bn"
    }
    guard plan.activation else { return result }
    graph.addNode("Relu", name: "\(plan.name).relu", inputs: [result], output: "\(plan.name).relu")
    return "\(plan.name).relu"
  }

  /// γ (y − μ) / √(σ² + ε) + β as a factor of the weights and a bias.
  private func fold(_ plan: ConvolutionPlan, into weight: inout NamedTensor) throws(ModelFileError) -> NamedTensor {
    let scale = try tensor("\(plan.name).bn.weight", count: plan.filters).values
    let shift = try tensor("\(plan.name).bn.bias", count: plan.filters).values
    let mean = try tensor("\(plan.name).bn.running_mean", count: plan.filters).values
    let variance = try tensor("\(plan.name).bn.running_var", count: plan.filters).values
    var bias = NamedTensor(name: "\(plan.name).bias", shape: [plan.filters], values: shift)
    let area = plan.window.area
    for filter in 0..<plan.filters {
      let factor = scale[filter] / (variance[filter] + LayerNumbers.normalisationEpsilon).squareRoot()
      bias.values[filter] -= factor * mean[filter]
      for index in filter * area..<(filter + 1) * area { weight.values[index] *= factor }
    }
    return bias
  }

  /// Groups of neighbouring channels as a dimension of their own, and the largest along it.
  private mutating func maxout(_ pieces: Int, _ shape: Shape, _ input: String) -> String {
    let name = unique("maxout")
    graph.addConstant("\(name).groups", [0, shape.channels, pieces, shape.pixels])
    graph.addConstant("\(name).shape", [0, shape.channels, shape.height, shape.width])
    graph.addNode("Reshape", name: "\(name).in", inputs: [input, "\(name).groups"], output: "\(name).in")
    graph.addNode(
      "ReduceMax", name: "\(name).max", inputs: ["\(name).in"], output: "\(name).max",
      [("axes", .integers([2])), ("keepdims", .integer(0))])
    graph.addNode("Reshape", name: name, inputs: ["\(name).max", "\(name).shape"], output: name)
    return name
  }

  private mutating func node(
    _ kind: String, _ input: String, _ attributes: [(String, ONNXGraph.Attribute)] = []
  ) -> String {
    let name = unique(kind.lowercased())
    graph.addNode(kind, name: name, inputs: [input], output: name, attributes)
    return name
  }

  private static func attributes(_ window: Window) -> [(String, ONNXGraph.Attribute)] {
    [
      ("kernel_shape", .integers([window.kernelHeight, window.kernelWidth])),
      ("strides", .integers([window.stride, window.stride])),
      ("pads", .integers([window.padding, window.padding, window.padding, window.padding])),
    ]
  }

  /// A tensor of the state.
  private func tensor(_ name: String, count: Int, as shape: [Int]? = nil) throws(ModelFileError) -> NamedTensor {
    guard var tensor = state[name], tensor.values.count == count else {
      throw ModelFileError(.mismatch, "the model's tensor '\(name)' is missing or has not \(count) values")
    }
    if let shape { tensor.shape = shape }
    return tensor
  }

  private mutating func unique(_ kind: String) -> String {
    count += 1
    return "\(kind)_\(count)"
  }
}
