import Networks
import Testing

/// The graph's kernels against their plain twin, over windows and sizes that no block of theirs fits.
@Suite struct GraphTests {
  /// Channels, filters, groups: depthwise, grouped and whole, with every remainder of a vector.
  static let sizes = [
    (1, 1, 1), (3, 3, 3), (7, 7, 7), (8, 8, 8), (15, 15, 15), (16, 16, 16), (31, 31, 31), (44, 44, 44), (3, 17, 1),
    (9, 5, 1), (8, 12, 4), (30, 10, 5),
  ]

  @Test(arguments: sizes)
  func convolutions(_ channels: Int, _ filters: Int, _ groups: Int) throws {
    for (number, window) in windows().enumerated() {
      for (height, width) in [(7, 9), (8, 16), (12, 5), (3, 31)] {
        let seed = UInt64(1000 * number + height)
        var graph = try Graph(input: [2, channels, height, width])
        let area = channels / groups * window.kernelHeight * window.kernelWidth
        let weights = try graph.add(
          NamedTensor(
            name: "w", shape: [filters, channels / groups, window.kernelHeight, window.kernelWidth],
            values: Samples(seed: seed).values(filters * area)))
        let bias = try graph.add(
          NamedTensor(name: "b", shape: [filters], values: Samples(seed: seed + 1).values(filters)))
        let slopes = try graph.add(
          NamedTensor(name: "s", shape: [filters], values: Samples(seed: seed + 2).values(filters)))
        var value = try graph.append(
          .convolution(window, groups: groups), name: "conv", operands: [graph.input, weights, bias])
        value = try graph.append(.affine, name: "norm", operands: [value, slopes, bias])
        value =
          number % 2 == 0
          ? try graph.append(.activation(.parametric), name: "act", operands: [value, slopes])
          : try graph.append(.activation(.relu), name: "act", operands: [value])
        try graph.addOutput("y", value)

        let input = Samples(seed: seed + 3).values(2 * channels * height * width)
        let lanes = GraphNetwork.supportedLanes
        let expected = try GraphNetwork(graph, lanes: lanes[0], fast: false).run(input)[0]
        for lanes in lanes {
          let result = try GraphNetwork(graph, lanes: lanes, fast: true).run(input)[0]
          let worst = zip(result, expected).map { ($0 - $1).magnitude }.max() ?? 0
          #expect(
            result.count == expected.count && worst < 1e-4,
            "\(channels)→\(filters) in \(groups), \(window), \(height)×\(width), \(lanes) lanes: \(worst)")
        }
      }
    }
  }

  private func windows() -> [GraphWindow] {
    let point = GraphWindow(kernelHeight: 1, kernelWidth: 1)
    var usual = GraphWindow(kernelHeight: 3, kernelWidth: 3)
    (usual.top, usual.left, usual.bottom, usual.right) = (1, 1, 1, 1)
    var halving = usual
    (halving.strideHeight, halving.strideWidth) = (2, 2)
    var crooked = GraphWindow(kernelHeight: 2, kernelWidth: 3)
    (crooked.left, crooked.bottom, crooked.strideWidth) = (2, 1, 3)
    var spread = GraphWindow(kernelHeight: 3, kernelWidth: 2)
    (spread.top, spread.bottom, spread.right, spread.dilationHeight, spread.dilationWidth) = (3, 2, 1, 2, 3)
    return [point, usual, halving, crooked, spread]
  }

  /// A value that is asked for stays itself, though what follows it could be folded into it.
  @Test func outputsAreNotFoldedAway() throws {
    var graph = try Graph(input: [1, 2, 3, 3])
    let weights = try graph.add(NamedTensor(name: "w", shape: [2, 2, 1, 1], values: [-1, 0, 0, -1]))
    let negative = try graph.append(
      .convolution(GraphWindow(kernelHeight: 1, kernelWidth: 1), groups: 1), name: "conv",
      operands: [graph.input, weights])
    let positive = try graph.append(.activation(.relu), name: "relu", operands: [negative])
    try graph.addOutput("negative", negative)
    try graph.addOutput("positive", positive)
    let input = Samples(seed: 2).values(18)
    let results = try GraphNetwork(graph).run(input)
    #expect(results[0] == input.map { -$0 })
    #expect(results[1] == input.map { max(0, -$0) })
  }

  @Test func limits() throws {
    #expect(throws: NetworkError.self) { try Graph(input: [1, 3, 1 << 20, 1 << 20]) }
    #expect(throws: NetworkError.self) { try Graph(input: [1, 0, 4, 4]) }
    var graph = try Graph(input: [1, 3, 4, 4])
    let input = graph.input
    #expect(throws: NetworkError.self) { try graph.append(.reshape([1, 49]), name: "r", operands: [input]) }
    #expect(throws: NetworkError.self) { try graph.append(.softmax(axis: 4), name: "s", operands: [input]) }
    #expect(throws: NetworkError.self) {
      try graph.append(.slice(axis: 2, start: 3, step: 2, count: 2), name: "s", operands: [input])
    }
    #expect(throws: NetworkError.self) { try GraphNetwork(graph) }
    try graph.addOutput("same", input)
    #expect(throws: NetworkError.self) { try GraphNetwork(graph).run([1, 2, 3]) }
    #expect(try GraphNetwork(graph).run(Samples(seed: 1).values(48))[0] == Samples(seed: 1).values(48))
  }

  /// A file may hold any number: none may overflow on its way to being refused.
  @Test(arguments: [Int.max, Int.min, 1 << 62, 1 << 40, -1])
  func numbersOutOfAnyRange(_ number: Int) throws {
    #expect(throws: NetworkError.self) { try Graph(input: [1, 3, number, number]) }
    let weights = NamedTensor(name: "w", shape: [4, 3, 3, 3], values: [Float](repeating: 1, count: 108))
    for field in [
      \GraphWindow.kernelHeight, \.strideHeight, \.dilationWidth, \.top, \.bottom, \.left, \.right,
    ] {
      var window = GraphWindow(kernelHeight: 3, kernelWidth: 3)
      window[keyPath: field] = number
      try expectRefusal(.convolution(window, groups: 1), weights)
      try expectRefusal(.maxPool(window))
      try expectRefusal(.averagePool(window, countsPadding: true))
    }
    try expectRefusal(.convolution(GraphWindow(kernelHeight: 3, kernelWidth: 3), groups: number), weights)
    try expectRefusal(
      .resize(
        GraphResize(
          height: number, width: number, scaleHeight: 1, scaleWidth: 1, interpolation: .nearest,
          coordinates: .asymmetric, rounding: .floor)))
    try expectRefusal(.reshape([number, number, number]))
    try expectRefusal(.transpose([0, 1, 2, number]))
    try expectRefusal(.concatenation(axis: number))
    try expectRefusal(.softmax(axis: number))
    try expectRefusal(.reduction(.sum, axes: [number]))
    try expectRefusal(.slice(axis: 2, start: number, step: 1, count: 1))
    try expectRefusal(.slice(axis: 2, start: 0, step: number, count: 2))
    try expectRefusal(.slice(axis: 2, start: 0, step: 1, count: number))
  }

  private func expectRefusal(
    _ operation: GraphOperation, _ constant: NamedTensor? = nil, location: SourceLocation = #_sourceLocation
  ) throws {
    var graph = try Graph(input: [1, 3, 16, 16])
    var operands = [graph.input]
    if let constant { operands.append(try graph.add(constant)) }
    #expect(throws: NetworkError.self, "\(operation)", sourceLocation: location) {
      try graph.append(operation, name: "n", operands: operands)
    }
  }
}
