/// How a value of four axes lies in memory. Every other value lies row-major, which is `planes`.
enum GraphLayout: Hashable {
  /// N×C×H×W
  case planes
  /// N×H×W×C, as the kernels work.
  case channelsLast

  /// Which axis of a value comes at which place in memory.
  func order(rank: Int) -> [Int] { self == .channelsLast ? [0, 2, 3, 1] : Array(0..<rank) }
}

/// Turns a graph into steps over storages: chooses layouts, folds what follows a convolution into it, and makes no
/// step of what only renames numbers.
struct GraphPlanner {
  let graph: Graph
  let lanes: Int
  /// False where only plain kernels are to be used.
  let fast: Bool
  let quantisation: Quantisation
  let dot: DotKernel
  var steps: [any GraphStep] = []
  /// Floats of each storage.
  var sizes: [Int] = []
  var storages: [Graph.Value: [GraphLayout: Int]] = [:]
  private(set) var consumers: [Graph.Value: [Int]] = [:]
  /// Nodes that are part of an earlier one's step.
  var folded: Set<Int> = []
  /// Results of normalisations that are left to the convolutions of bytes which alone read them.
  var deferred: [Graph.Value: (from: Graph.Value, scale: [Float], shift: [Float])] = [:]

  init(_ graph: Graph, quantisation: Quantisation, lanes: Int, dot: DotKernel, fast: Bool) {
    (self.graph, self.quantisation, self.lanes, self.dot, self.fast) = (graph, quantisation, lanes, dot, fast)
    for (index, node) in graph.nodes.enumerated() {
      for operand in node.operands { consumers[operand, default: []].append(index) }
    }
    // An output is read by somebody outside, so nothing that follows it may be folded.
    for output in graph.outputs { consumers[output.value, default: []].append(-1) }
    _ = claim(graph.input, graph.shape(graph.input).count == 4 ? .channelsLast : .planes)
    for (index, node) in graph.nodes.enumerated() where !folded.contains(index) { plan(node) }
  }

  // MARK: - Storages

  /// The layout that a value already has; channels last where it has both.
  func layout(_ value: Graph.Value) -> GraphLayout {
    storages[value]?[.channelsLast] != nil ? .channelsLast : .planes
  }

  /// The storage of a value in a layout; plans the conversion where there is none yet.
  mutating func storage(_ value: Graph.Value, _ layout: GraphLayout) -> Int {
    if let storage = storages[value]?[layout] { return storage }
    guard let (_, other) = storages[value]?.first else { preconditionFailure("a value is planned before it is read") }
    let shape = graph.shape(value)
    let (channels, pixels) = (shape[1], shape[2] * shape[3])
    if channels == 1 || pixels == 1 {
      storages[value]?[layout] = other
      return other
    }
    let storage = claim(value, layout)
    let (rows, columns) = layout == .channelsLast ? (channels, pixels) : (pixels, channels)
    steps.append(GraphLayoutStep(reads: [other], writes: storage, count: shape[0], rows: rows, columns: columns))
    return storage
  }

  /// A new storage for a value.
  mutating func claim(_ value: Graph.Value, _ layout: GraphLayout) -> Int {
    sizes.append(graph.shape(value).reduce(1, *))
    storages[value, default: [:]][layout] = sizes.count - 1
    return sizes.count - 1
  }

  /// A value's shape as it lies in memory.
  func lengths(_ value: Graph.Value, _ layout: GraphLayout) -> [Int] {
    let shape = graph.shape(value)
    return layout.order(rank: shape.count).map { shape[$0] }
  }

  // MARK: - Operations

  private mutating func plan(_ node: Graph.Node) {
    let x = node.operands[0]
    let shape = graph.shape(node.result)
    switch node.operation {
    case .convolution(let window, let groups): convolution(node, window, groups)
    case .matrixProduct: matrixProduct(node)
    case .affine where isReadAsBytes(node.result):
      deferred[node.result] = (x, values(node.operands[1]), values(node.operands[2]))
    case .affine:
      let layout: GraphLayout = shape.count == 4 ? .channelsLast : .planes
      let from = storage(x, layout)
      steps.append(
        GraphAffineStep(
          reads: [from], writes: claim(node.result, layout), scale: FloatBuffer(values(node.operands[1])),
          shift: FloatBuffer(values(node.operands[2])), pixels: shape.reduce(1, *) / shape[1]))
    case .activation(let activation):
      // Only slopes care where the channels are; as one channel, any layout will do.
      let hasSlopes = node.operands.count > 1
      let layout = hasSlopes && shape.count == 4 ? .channelsLast : layout(x)
      let from = storage(x, layout)
      let channels = hasSlopes ? shape[1] : 1
      steps.append(
        GraphActivationStep(
          reads: [from], writes: claim(node.result, layout), form: form(node, activation),
          pixels: shape.reduce(1, *) / channels, channels: channels))
    case .unary(let kind):
      let layout = layout(x)
      let from = storage(x, layout)
      steps.append(
        GraphUnaryStep(reads: [from], writes: claim(node.result, layout), kind: kind, count: shape.reduce(1, *)))
    case .binary(let kind): binary(node, kind)
    case .maxPool(let window): pool(node, window, .maximum)
    case .averagePool(let window, let countsPadding): pool(node, window, .average(countsPadding: countsPadding))
    case .concatenation(let axis): concatenation(node, axis)
    case .resize(let resize):
      let from = storage(x, .channelsLast)
      steps.append(
        GraphResizeStep(resize, map: graph.shape(x), from: from, to: claim(node.result, .channelsLast)))
    case .reshape: storages[node.result] = [.planes: storage(x, .planes)]
    case .transpose(let permutation): transpose(node, permutation)
    case .slice(let axis, let start, let step, _): slice(node, axis, start, step)
    case .softmax(let axis): normalise(node, axis, .softmax)
    case .l2Normalise(let axis, let least): normalise(node, axis, .length(least: least))
    case .reduction(let kind, let axes): reduction(node, kind, axes)
    }
  }

  private mutating func pool(_ node: Graph.Node, _ window: GraphWindow, _ kind: GraphPoolStep.Kind) {
    let map = graph.shape(node.operands[0])
    let from = storage(node.operands[0], .channelsLast)
    let to = claim(node.result, .channelsLast)
    steps.append(
      GraphPoolStep(
        reads: [from], writes: to, kind: kind, frame: window.frame(map: map, result: graph.shape(node.result)),
        count: map[0]))
  }

  // MARK: - Constants

  func values(_ value: Graph.Value) -> [Float] { graph.constant(value)?.values ?? [] }

  func bias(_ node: Graph.Node, count: Int) -> [Float] {
    node.operands.count > 2 ? values(node.operands[2]) : [Float](repeating: 0, count: count)
  }

  func form(_ node: Graph.Node, _ activation: GraphActivation) -> GraphActivationForm {
    GraphActivationForm(activation, slopes: node.operands.count > 1 ? values(node.operands[1]) : nil)
  }
}
