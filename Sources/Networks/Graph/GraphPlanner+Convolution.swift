/// Convolutions and matrix products, and what is folded into them.
extension GraphPlanner {
  mutating func convolution(_ node: Graph.Node, _ window: GraphWindow, _ groups: Int) {
    let map = graph.shape(node.operands[0])
    let result = graph.shape(node.result)
    let weights = graph.shape(node.operands[1])
    let before = deferred[node.operands[0]]
    let from = storage(before?.from ?? node.operands[0], .channelsLast)
    let (channels, taps) = (weights[1], weights[2] * weights[3])
    let values = values(node.operands[1])
    var ordered = values
    for filter in 0..<weights[0] {
      for channel in 0..<channels {
        for tap in 0..<taps {
          ordered[(filter * taps + tap) * channels + channel] = values[(filter * channels + channel) * taps + tap]
        }
      }
    }
    var folding = GraphConvolutionStep.Weights(
      values: ordered, bias: bias(node, count: weights[0]), groups: groups)
    let (last, activation) = fold(after: node, into: &folding, channelsAreLast: true)
    let to = claim(last, .channelsLast)
    steps.append(
      GraphConvolutionStep(
        window, map: map, result: result, weights: folding, activation: activation,
        name: byteName(node), bytes: bytes(node, affine: before.map { ($0.scale, $0.shift) }), from: from, to: to,
        lanes: lanes, fast: fast))
  }

  /// The name of a node's weights, where they can be bytes: those of one whole convolution, or one product.
  func byteName(_ node: Graph.Node) -> String? {
    guard node.operands.count > 1, let weights = graph.constant(node.operands[1]),
      consumers[node.operands[1]]?.count == 1
    else { return nil }
    let shape = graph.shape(node.operands[0])
    switch node.operation {
    case .convolution(let window, let groups):
      guard groups == 1, weights.shape.dropFirst().reduce(1, *) <= QuantisedConvolution.largestArea,
        window.symmetric(height: shape[2], width: shape[3], channels: shape[1], result: graph.shape(node.result)) != nil
      else { return nil }
    case .matrixProduct:
      guard weights.shape[0] <= QuantisedConvolution.largestArea else { return nil }
    default: return nil
    }
    return weights.name
  }

  private func bytes(
    _ node: Graph.Node, affine: (scale: [Float], shift: [Float])? = nil
  ) -> GraphConvolutionStep.Bytes? {
    byteName(node).flatMap { quantisation.inputs[$0] }.map {
      GraphConvolutionStep.Bytes(scale: $0, kernel: dot, affine: affine)
    }
  }

  /// Whether all that read a value are convolutions of bytes.
  func isReadAsBytes(_ value: Graph.Value) -> Bool {
    (consumers[value] ?? []).allSatisfy { reader in
      guard reader >= 0, case .convolution = graph.nodes[reader].operation else { return false }
      return bytes(graph.nodes[reader]) != nil
    }
  }

  /// Rows × K by K × outputs is a pointwise convolution over so many pixels.
  mutating func matrixProduct(_ node: Graph.Node) {
    let shape = graph.shape(node.operands[0])
    let weights = graph.shape(node.operands[1])
    let from = storage(node.operands[0], .planes)
    let values = values(node.operands[1])
    let (inner, outputs) = (weights[0], weights[1])
    var ordered = values
    for row in 0..<inner {
      for output in 0..<outputs { ordered[output * inner + row] = values[row * outputs + output] }
    }
    var folding = GraphConvolutionStep.Weights(values: ordered, bias: bias(node, count: outputs), groups: 1)
    let (last, activation) = fold(after: node, into: &folding, channelsAreLast: shape.count == 2)
    let rows = shape.dropLast().reduce(1, *)
    let to = claim(last, .planes)
    steps.append(
      GraphConvolutionStep(
        GraphWindow(kernelHeight: 1, kernelWidth: 1), map: [1, inner, rows, 1], result: [1, outputs, rows, 1],
        weights: folding, activation: activation, name: byteName(node), bytes: bytes(node), from: from, to: to,
        lanes: lanes, fast: fast))
  }

  /// Takes the normalisations and the activation that alone read what comes before them.
  ///
  /// - Returns: the last value of the chain, and its activation.
  private mutating func fold(
    after node: Graph.Node, into weights: inout GraphConvolutionStep.Weights, channelsAreLast: Bool
  ) -> (Graph.Value, GraphActivationForm?) {
    var value = node.result
    while let readers = consumers[value], readers.count == 1, readers[0] >= 0 {
      let next = graph.nodes[readers[0]]
      switch next.operation {
      case .affine where channelsAreLast:
        weights.fold(scale: values(next.operands[1]), shift: values(next.operands[2]))
        folded.insert(readers[0])
        value = next.result
      case .activation(let activation) where channelsAreLast || activation != .parametric:
        folded.insert(readers[0])
        return (next.result, form(next, activation))
      default: return (value, nil)
      }
    }
    return (value, nil)
  }
}
