/// What moves, combines or reduces entries along axes.
extension GraphPlanner {
  mutating func binary(_ node: Graph.Node, _ kind: GraphBinary) {
    let shape = graph.shape(node.result)
    let computed = node.operands.filter { graph.constant($0) == nil }
    let isMap = shape.count == 4 && computed.contains { layout($0) == .channelsLast }
    let order = (isMap ? GraphLayout.channelsLast : .planes).order(rank: shape.count)
    var sources: [GraphSource] = []
    var distances = [StridedSpace.dense(order.map { shape[$0] })]
    for operand in node.operands {
      // As many axes as the result has, in the order of memory.
      let own = graph.shape(operand)
      let extended = own.extended(to: shape.count)
      let lengths = order.map { extended[$0] }
      if let constant = graph.constant(operand) {
        sources.append(.constant(FloatBuffer(Self.permuted(constant.values, extended, order))))
      } else if isMap, own.count == 4 {
        sources.append(.storage(storage(operand, .channelsLast)))
      } else if isMap {
        // Fewer axes than the map's: rows, perhaps of channels, that have to be laid out as the map is.
        let from = storage(operand, .planes)
        sources.append(.storage(permute(from, extended, order)))
      } else {
        sources.append(.storage(storage(operand, .planes)))
      }
      distances.append(StridedSpace.broadcast(lengths))
    }
    let to = claim(node.result, isMap ? .channelsLast : .planes)
    steps.append(
      GraphBinaryStep(
        writes: to, a: sources[0], b: sources[1], kind: kind,
        space: StridedSpace(lengths: order.map { shape[$0] }, distances: distances)))
  }

  mutating func concatenation(_ node: Graph.Node, _ axis: Int) {
    let isMap = node.operands.contains { self.layout($0) == .channelsLast }
    let layout: GraphLayout = isMap ? .channelsLast : .planes
    let from = node.operands.map { storage($0, layout) }
    let to = claim(node.result, layout)
    let order = layout.order(rank: graph.shape(node.result).count)
    let dense = StridedSpace.dense(lengths(node.result, layout))
    let place = order.firstIndex(of: axis) ?? axis
    var offset = 0
    for (operand, from) in zip(node.operands, from) {
      let lengths = lengths(operand, layout)
      steps.append(
        GraphCopyStep(
          reads: [from], writes: to, readOffset: 0, writeOffset: offset * dense[place],
          space: StridedSpace(lengths: lengths, distances: [dense, StridedSpace.dense(lengths)])))
      offset += lengths[place]
    }
  }

  mutating func transpose(_ node: Graph.Node, _ permutation: [Int]) {
    let x = node.operands[0]
    if permutation == Array(permutation.indices) {
      storages[node.result] = storages[x]
    } else if permutation == [0, 2, 3, 1], layout(x) == .channelsLast {
      storages[node.result] = [.planes: storage(x, .channelsLast)]
    } else if permutation == [0, 3, 1, 2], layout(x) == .planes {
      storages[node.result] = [.channelsLast: storage(x, .planes)]
    } else {
      let from = storage(x, .planes)
      storages[node.result] = [.planes: permute(from, graph.shape(x), permutation)]
    }
  }

  /// A new storage with the axes of another in a given order.
  mutating func permute(_ from: Int, _ shape: [Int], _ order: [Int]) -> Int {
    let lengths = order.map { shape[$0] }
    let distances = StridedSpace.dense(shape)
    sizes.append(shape.reduce(1, *))
    steps.append(
      GraphCopyStep(
        reads: [from], writes: sizes.count - 1, readOffset: 0, writeOffset: 0,
        space: StridedSpace(
          lengths: lengths, distances: [StridedSpace.dense(lengths), order.map { distances[$0] }])))
    return sizes.count - 1
  }

  mutating func slice(_ node: Graph.Node, _ axis: Int, _ start: Int, _ step: Int) {
    let x = node.operands[0]
    let layout = layout(x)
    let from = storage(x, layout)
    let to = claim(node.result, layout)
    let place = layout.order(rank: graph.shape(x).count).firstIndex(of: axis) ?? axis
    var distances = StridedSpace.dense(lengths(x, layout))
    let readOffset = start * distances[place]
    distances[place] *= step
    let lengths = lengths(node.result, layout)
    steps.append(
      GraphCopyStep(
        reads: [from], writes: to, readOffset: readOffset, writeOffset: 0,
        space: StridedSpace(lengths: lengths, distances: [StridedSpace.dense(lengths), distances])))
  }

  mutating func normalise(_ node: Graph.Node, _ axis: Int, _ kind: GraphNormaliseStep.Kind) {
    let x = node.operands[0]
    let layout = layout(x)
    let from = storage(x, layout)
    let place = layout.order(rank: graph.shape(x).count).firstIndex(of: axis) ?? axis
    steps.append(
      GraphNormaliseStep(
        reads: [from], writes: claim(node.result, layout), split: AxisSplit(lengths(x, layout), axis: place),
        kind: kind))
  }

  mutating func reduction(_ node: Graph.Node, _ kind: GraphReduction, _ axes: [Int]) {
    let x = node.operands[0]
    let layout = layout(x)
    var from = storage(x, layout)
    var lengths = lengths(x, layout)
    let order = layout.order(rank: lengths.count)
    for (number, axis) in axes.enumerated() {
      let place = order.firstIndex(of: axis) ?? axis
      let isLast = number == axes.count - 1
      let split = AxisSplit(lengths, axis: place)
      lengths[place] = 1
      if isLast {
        _ = claim(node.result, layout)
      } else {
        sizes.append(lengths.reduce(1, *))
      }
      // Squares are of the operand's entries, not of the sums that come after.
      let own = number == 0 || kind == .maximum ? kind : .sum
      steps.append(
        GraphReductionStep(
          reads: [from], writes: sizes.count - 1, split: split, kind: own,
          scale: kind == .mean ? 1 / Float(split.length) : 1, root: kind == .l2 && isLast))
      from = sizes.count - 1
    }
  }

  /// A tensor's entries with its axes in another order.
  private static func permuted(_ values: [Float], _ shape: [Int], _ order: [Int]) -> [Float] {
    let lengths = order.map { shape[$0] }
    let distances = StridedSpace.dense(shape)
    var result: [Float] = []
    result.reserveCapacity(values.count)
    StridedSpace(lengths: lengths, distances: [order.map { distances[$0] }]).forEachEntry {
      result.append(values[$0[0]])
    }
    return result
  }
}
