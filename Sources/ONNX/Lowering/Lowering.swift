internal import Networks

/// Turns a file's nodes into a graph for one input: what follows from the file and the shapes alone is worked out
/// here, the rest becomes operations.
struct Lowering {
  let model: ONNXModel
  var graph: Graph
  private var known: [String: Known] = [:]
  /// Tensors that the graph has already.
  private var constants: [String: Graph.Value] = [:]
  private var foldedCount = 0

  init(_ model: ONNXModel, input: [Int]) throws(ONNXError) {
    self.model = model
    do {
      graph = try Graph(input: input)
    } catch {
      throw ONNXError(.mismatch, error.message)
    }
    for (name, tensor) in model.initialisers { known[name] = .constant(tensor) }
    known[model.inputs[0].name] = .computed(graph.input)
  }

  mutating func run() throws(ONNXError) -> Graph {
    let needed = neededNodes()
    for (index, node) in model.nodes.enumerated() where needed.contains(index) {
      guard node.domain.isEmpty || node.domain == "ai.onnx" else {
        throw ONNXError(.unsupported, "\(node.title): operators of the domain '\(node.domain)' are not supported")
      }
      try lower(NodeReader(node: node))
    }
    for name in model.outputs {
      guard case .computed(let value) = known[name] else {
        throw ONNXError(.mismatch, "the output '\(name)' does not follow from the input")
      }
      try checked { graph throws(NetworkError) in try graph.addOutput(name, value) }
    }
    return graph
  }

  /// Nodes on which an output depends.
  private func neededNodes() -> Set<Int> {
    var wanted = Set(model.outputs)
    var needed: Set<Int> = []
    for (index, node) in model.nodes.enumerated().reversed() where node.outputs.contains(where: wanted.contains) {
      needed.insert(index)
      wanted.formUnion(node.inputs)
    }
    return needed
  }

  /// One node: folded where everything that it needs is known, else an operation.
  private mutating func lower(_ node: NodeReader) throws(ONNXError) {
    if let tensor = try fold(node) { return try define(node, .constant(tensor)) }
    switch node.node.operation {
    case "Identity", "Dropout": try define(node, try operand(node, 0))
    case "Cast":
      guard try node.integer("to", 1) == 1 else { throw node.unsupported("it casts to something else than float") }
      try define(node, .computed(try computed(node, 0)))
    case "Conv": try convolution(node)
    case "Gemm", "MatMul": try matrixProduct(node)
    case "BatchNormalization": try normalisation(node)
    case "Relu": try append(node, .activation(.relu))
    case "Sigmoid": try append(node, .activation(.sigmoid))
    case "LeakyRelu": try append(node, .activation(.leaky(slope: try node.float("alpha", 0.01))))
    case "PRelu": try slopes(node)
    case "Clip": try clip(node)
    case "HardSigmoid": try hardSigmoid(node, try node.float("alpha", 0.2), try node.float("beta", 0.5), times: false)
    case "HardSwish": try hardSigmoid(node, 1 / 6, 0.5, times: true)
    case "Add": try binary(node, .add)
    case "Sub": try binary(node, .subtract)
    case "Mul": try binary(node, .multiply)
    case "Div": try binary(node, .divide)
    case "Max": try binary(node, .maximum)
    case "Min": try binary(node, .minimum)
    case "Sum": try binary(node, .add)
    case "Pow": try power(node)
    case "Expand": try expand(node)
    case "Sqrt": try append(node, .unary(.squareRoot))
    case "Exp": try append(node, .unary(.exponential))
    case "Log": try append(node, .unary(.logarithm))
    case "Abs": try append(node, .unary(.magnitude))
    case "Neg": try append(node, .unary(.negative))
    case "Reciprocal": try append(node, .unary(.reciprocal))
    case "Tanh": try append(node, .unary(.hyperbolicTangent))
    case "MaxPool", "AveragePool": try pool(node)
    case "LpPool": try l2Pool(node)
    case "GlobalAveragePool": try globalPool(node, .mean)
    case "GlobalMaxPool": try globalPool(node, .maximum)
    case "ReduceMean": try reduction(node, .mean)
    case "ReduceSum": try reduction(node, .sum)
    case "ReduceMax": try reduction(node, .maximum)
    case "ReduceL2": try reduction(node, .l2)
    case "ReduceSumSquare": try reduction(node, .sumOfSquares)
    case "LpNormalization":
      guard try node.integer("p", 2) == 2 else { throw node.unsupported("only p = 2 is supported") }
      try append(node, .l2Normalise(axis: try axis(node, try node.integer("axis", -1)), least: 1e-12))
    case "Softmax": try softmax(node)
    case "Concat": try concatenation(node)
    case "Split": try split(node)
    case "Slice": try slice(node)
    case "Resize", "Upsample": try resize(node)
    case "Transpose": try transpose(node)
    case "Reshape", "Flatten", "Squeeze", "Unsqueeze": try reshape(node)
    default:
      throw node.unsupported(
        "this operator is not supported; export the network without it (Sources/ONNX/OPERATORS.md lists those that are)"
      )
    }
  }

  // MARK: - Values

  func operand(_ node: NodeReader, _ index: Int) throws(ONNXError) -> Known {
    guard let operand = try optional(node, index) else { throw node.mismatch("its input \(index) is missing") }
    return operand
  }

  /// An input that may be left out.
  func optional(_ node: NodeReader, _ index: Int) throws(ONNXError) -> Known? {
    guard node.node.inputs.indices.contains(index), !node.node.inputs[index].isEmpty else { return nil }
    guard let value = known[node.node.inputs[index]] else {
      throw node.mismatch("its input '\(node.node.inputs[index])' is neither computed before it nor in the file")
    }
    return value
  }

  func computed(_ node: NodeReader, _ index: Int) throws(ONNXError) -> Graph.Value {
    guard case .computed(let value) = try operand(node, index) else {
      throw node.unsupported("its input \(index) is a constant and is supported as a computed value only")
    }
    return value
  }

  func constant(_ node: NodeReader, _ index: Int) throws(ONNXError) -> ConstantTensor {
    guard case .constant(let tensor) = try operand(node, index) else {
      throw node.unsupported("its input \(index) is computed at run time and is supported as a constant only")
    }
    return tensor
  }

  func integers(_ node: NodeReader, _ index: Int) throws(ONNXError) -> [Int] {
    guard case .integers(let values) = try constant(node, index).values else {
      throw node.mismatch("its input \(index) is no list of whole numbers")
    }
    return values.map { Int($0) }
  }

  /// A list that older operator sets have as an attribute and later ones as an input.
  func list(_ node: NodeReader, _ name: String, input index: Int) throws(ONNXError) -> [Int]? {
    if let values = try node.integers(name) { return values }
    return try optional(node, index) == nil ? nil : try integers(node, index)
  }

  func shape(_ node: NodeReader, _ index: Int) throws(ONNXError) -> [Int] {
    switch try operand(node, index) {
    case .computed(let value): graph.shape(value)
    case .constant(let tensor): tensor.shape
    }
  }

  /// An axis of the first input, counted from the end where negative.
  func axis(_ node: NodeReader, _ axis: Int, rank: Int? = nil) throws(ONNXError) -> Int {
    let rank = if let rank { rank } else { try shape(node, 0).count }
    guard (-rank..<rank).contains(axis) else { throw node.mismatch("axis \(axis) of a value of \(rank) axes") }
    return axis < 0 ? axis + rank : axis
  }

  /// An input as a value of the graph, constants included.
  mutating func value(_ node: NodeReader, _ index: Int) throws(ONNXError) -> Graph.Value {
    switch try operand(node, index) {
    case .computed(let value): return value
    case .constant(let tensor):
      let name = node.node.inputs[index]
      if let value = constants[name] { return value }
      let value = try add(tensor.floats, tensor.shape, name)
      constants[name] = value
      return value
    }
  }

  mutating func add(_ values: [Float], _ shape: [Int], _ name: String) throws(ONNXError) -> Graph.Value {
    try checked { graph throws(NetworkError) in try graph.add(NamedTensor(name: name, shape: shape, values: values)) }
  }

  // MARK: - Results

  mutating func define(_ node: NodeReader, _ value: Known, output: Int = 0) throws(ONNXError) {
    guard node.node.outputs.indices.contains(output) else { throw node.mismatch("it has no output \(output)") }
    if case .constant(let tensor) = value, node.node.operation != "Identity" {
      foldedCount += tensor.count
      guard foldedCount <= ONNXModel.Limit.foldedCount else {
        throw ONNXError(
          .tooLarge, "\(node.title): constants of more than \(ONNXModel.Limit.foldedCount) numbers follow")
      }
    }
    guard known.updateValue(value, forKey: node.node.outputs[output]) == nil else {
      throw node.mismatch("the value '\(node.node.outputs[output])' is defined twice")
    }
  }

  /// The node as one operation on its first input.
  mutating func append(_ node: NodeReader, _ operation: GraphOperation, constants: [Graph.Value] = []) throws(ONNXError)
  {
    let operands = [try computed(node, 0)] + constants
    try define(node, .computed(try emit(node, operation, operands)))
  }

  mutating func emit(
    _ node: NodeReader, _ operation: GraphOperation, _ operands: [Graph.Value]
  ) throws(ONNXError) -> Graph.Value {
    try checked { graph throws(NetworkError) in
      try graph.append(operation, name: node.title, operands: operands)
    }
  }

  private mutating func checked<T>(_ body: (inout Graph) throws(NetworkError) -> T) throws(ONNXError) -> T {
    do throws(NetworkError) {
      return try body(&graph)
    } catch {
      throw ONNXError(.mismatch, error.message)
    }
  }
}
