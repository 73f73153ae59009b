import Networks
import Testing

/// Networks whose layers work on bytes beside the same networks in floats.
@Suite struct QuantisedTests {
  /// The scales of everything that can be bytes, by what it is given over some inputs.
  private static func quantisation(
    _ inputs: [[Float]], _ watch: ([Float], (WatchedInput) -> Void) throws -> Void
  ) rethrows -> Quantisation {
    var ranges: [String: ByteRange] = [:]
    for input in inputs { try watch(input) { ranges[$0.name, default: ByteRange(inputs: inputs.count)].add($0) } }
    return Quantisation(inputs: ranges.mapValues { $0.scale() })
  }

  /// The root of the mean squared difference over that of the expected values.
  private static func error(_ values: [Float], _ expected: [Float]) -> Float {
    let difference = zip(values, expected).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (difference / expected.reduce(Float.leastNormalMagnitude) { $0 + $1 * $1 }).squareRoot()
  }

  @Test(arguments: GoldenNetworks.names)
  func layersOfBytesStayNearTheirFloats(_ name: String) throws {
    let golden = try GoldenFile(name)
    let (definition, count) = GoldenNetworks.definition(name)
    let state = golden.group("state/")
    let batch = try golden.values("input")
    let float = try InferenceNetwork(definition, state: state)
    let size = batch.count / count
    let images = (0..<count).map { Array(batch[$0 * size..<($0 + 1) * size]) }
    let quantisation = try Self.quantisation(images) { try float.watch($0, $1) }
    #expect(!quantisation.inputs.isEmpty)
    let expected = try float.embed(batch, count: count)
    var first: [Float]?
    for dot in DotKernel.supported {
      let network = try InferenceNetwork(
        definition, state: state, quantisation: quantisation, lanes: InferenceNetwork.supportedLanes[0], dot: dot)
      let values = try network.embed(batch, count: count)
      let error = Self.error(values, expected)
      #expect(error < 0.1 && error > 0, "\(name), \(dot): \(error)")
      // Sums are the same everywhere; only what is done to floats between them may differ in its last bits, and so a byte.
      let spread = Self.error(values, first ?? values)
      #expect(spread < 0.02, "\(name), \(dot): \(spread)")
      first = first ?? values
      for image in 0..<count {
        let alone = try network.embed(images[image], count: 1)
        #expect(alone == Array(values[image * alone.count..<(image + 1) * alone.count]))
      }
    }
  }

  /// A residual block as ArcFace's networks have it: a normalisation before a convolution with a border, slopes, strides, a sum,
  /// and a product at the end.
  @Test func aGraphOfBytesStaysNearItsFloats() throws {
    let graph = try Self.block()
    let lanes = GraphNetwork.supportedLanes[0]
    let float = try GraphNetwork(graph, lanes: lanes, fast: true)
    let inputs = (0..<6).map { Samples(seed: UInt64($0)).values(1 * 9 * 13 * 11) }
    let quantisation = try Self.quantisation(inputs) { try float.watch($0, $1) }
    #expect(quantisation.inputs.count == 4)
    for dot in DotKernel.supported {
      let network = try GraphNetwork(graph, quantisation: quantisation, lanes: lanes, dot: dot, fast: true)
      for input in inputs {
        let error = Self.error(try network.run(input)[0], try float.run(input)[0])
        #expect(error < 0.05 && error > 0, "\(dot): \(error)")
      }
    }
    // One after another: each alone has its effect, and the others are as they were.
    for (name, scale) in quantisation.inputs {
      let network = try GraphNetwork(graph, quantisation: Quantisation(inputs: [name: scale]))
      let error = Self.error(try network.run(inputs[0])[0], try float.run(inputs[0])[0])
      #expect(error < 0.05 && error > 0, "\(name): \(error)")
    }
  }

  private static func block() throws -> Graph {
    var graph = try Graph(input: [1, 9, 13, 11])
    func constant(_ name: String, _ shape: [Int], _ seed: UInt64, around centre: Float = 0) throws -> Graph.Value {
      let values = Samples(seed: seed).values(shape.reduce(1, *)).map { centre + ($0 - centre) * 0.5 }
      return try graph.add(NamedTensor(name: name, shape: shape, values: values))
    }
    var window = GraphWindow(kernelHeight: 3, kernelWidth: 3)
    (window.top, window.left, window.bottom, window.right) = (1, 1, 1, 1)
    var halving = window
    (halving.strideHeight, halving.strideWidth) = (2, 2)
    var short = GraphWindow(kernelHeight: 1, kernelWidth: 1)
    (short.strideHeight, short.strideWidth) = (2, 2)
    let (scales, shifts) = (try constant("n.s", [9], 1, around: 1), try constant("n.b", [9], 2))
    let (a, b, c) = (
      try constant("a.w", [17, 9, 3, 3], 3), try constant("b.w", [20, 17, 3, 3], 4),
      try constant("c.w", [20, 9, 1, 1], 5)
    )
    let slopes = try constant("a.slopes", [17], 6)
    let (product, bias) = (try constant("d.w", [20 * 7 * 6, 12], 7), try constant("d.b", [12], 8))
    var value = try graph.append(.affine, name: "n", operands: [graph.input, scales, shifts])
    value = try graph.append(.convolution(window, groups: 1), name: "a", operands: [value, a])
    value = try graph.append(.activation(.parametric), name: "p", operands: [value, slopes])
    value = try graph.append(.convolution(halving, groups: 1), name: "b", operands: [value, b])
    let other = try graph.append(.convolution(short, groups: 1), name: "c", operands: [graph.input, c])
    value = try graph.append(.binary(.add), name: "sum", operands: [value, other])
    value = try graph.append(.reshape([1, 20 * 7 * 6]), name: "flat", operands: [value])
    value = try graph.append(.matrixProduct, name: "d", operands: [value, product, bias])
    try graph.addOutput("y", value)
    return graph
  }

  @Test func weightsThatCannotBeBytesAreRefused() throws {
    let (definition, _) = GoldenNetworks.definition("bias")
    let state = try TrainableNetwork(definition, seed: 1).state()
    let scale = try ByteScale(step: 1, zero: 0)
    let quantisation = Quantisation(inputs: ["a.weight": scale, "q": scale])
    #expect(throws: NetworkError.self) {
      try InferenceNetwork(definition, state: state, quantisation: quantisation)
    }
    #expect(throws: NetworkError.self) { try GraphNetwork(try Self.block(), quantisation: quantisation) }
    for (step, zero) in [(Float(0), 0), (-1, 0), (.nan, 0), (.infinity, 0), (1, -1), (1, 256)] {
      #expect(throws: NetworkError.self) { try ByteScale(step: step, zero: zero) }
    }
  }

  /// What was rounded once gives the same whole numbers again.
  @Test func roundedWeightsAreRoundedToThemselves() {
    let weights = ByteWeights(Samples(seed: 3).values(40 * 31), filters: 40)
    let values = (0..<40 * 31).map { Float(weights.numbers[$0]) * weights.factors[$0 / 31] }
    let again = ByteWeights(values, filters: 40)
    #expect(again.numbers == weights.numbers)
    #expect(weights.numbers.contains(127) || weights.numbers.contains(-127))
    #expect(ByteWeights([0, 0, 1], filters: 3).numbers == [0, 0, 127])
  }
}
