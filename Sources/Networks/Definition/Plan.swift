/// Where an operation finds or leaves a feature map: `shape.channels` values of every pixel of storage `storage`,
/// starting at channel `offset`. A branch's last map is such a slice of the concatenated one.
package struct MapReference: Hashable, Sendable {
  package var storage: Int
  package var offset: Int
  package var shape: Shape
}

/// The numbers of a convolution or dense layer.
package struct ConvolutionPlan: Hashable, Sendable {
  package var name: String
  package var window: Window
  package var filters: Int
  package var activation: Bool
  package var normalisation: Normalisation
  /// A dense layer's weight is written as a matrix, outputs × (channel, row, column).
  package var isDense: Bool

  package var parameterCount: Int { filters * window.area + (normalisation == .batch ? 2 : 1) * filters }
  package var multiplyAdds: Int { window.outputHeight * window.outputWidth * filters * window.area }
}

/// A definition with every shape worked out: operations in order of execution, over storages.
package struct Plan: Sendable {
  package enum Kind: Hashable, Sendable {
    case convolution(ConvolutionPlan)
    case maxPool(Window)
    case averagePool(Window)
    case l2Pool(Window)
    case localResponse
    case l2Normalise
    case maxout(pieces: Int)
  }

  package struct Operation: Hashable, Sendable {
    package var kind: Kind
    package var input: MapReference
    package var output: MapReference

    package var convolution: ConvolutionPlan? {
      if case .convolution(let plan) = kind { plan } else { nil }
    }
  }

  package private(set) var operations: [Operation] = []
  /// Channels of each storage, and its height and width.
  package private(set) var storages: [Shape] = []
  package private(set) var input: MapReference
  package private(set) var output: MapReference
  private var names: Set<String> = []

  package init(_ definition: NetworkDefinition) throws(NetworkError) {
    let shape = Shape(
      height: definition.inputHeight, width: definition.inputWidth, channels: definition.inputChannels)
    guard (1...Window.Limit.side).contains(shape.height), (1...Window.Limit.side).contains(shape.width),
      (1...Window.Limit.channels).contains(shape.channels)
    else {
      throw NetworkError(
        .invalidDefinition,
        "an input of \(shape): use sides of 1 to \(Window.Limit.side) and 1 to \(Window.Limit.channels) channels")
    }
    input = MapReference(storage: 0, offset: 0, shape: shape)
    output = input
    storages = [shape]
    output = try append(definition.layers, to: input, target: nil, prefix: "", depth: 0)
  }

  /// Appends a chain of layers and returns where its result lies: in `target` if one is given.
  private mutating func append(
    _ layers: [LayerDefinition], to start: MapReference, target: MapReference?, prefix: String, depth: Int
  ) throws(NetworkError) -> MapReference {
    guard !layers.isEmpty else {
      throw NetworkError(.invalidDefinition, "\(prefix.isEmpty ? "the network" : prefix) has an empty list of layers")
    }
    var map = start
    for (index, layer) in layers.enumerated() {
      let target = index == layers.count - 1 ? target : nil
      map = try append(layer, to: map, target: target, prefix: prefix, depth: depth)
      guard operations.count <= Window.Limit.layers else {
        throw NetworkError(.invalidDefinition, "more than \(Window.Limit.layers) layers")
      }
    }
    return map
  }

  private mutating func append(
    _ layer: LayerDefinition, to map: MapReference, target: MapReference?, prefix: String, depth: Int
  ) throws(NetworkError) -> MapReference {
    if case .branches(let name, let branches) = layer {
      return try append(
        branches, to: map, target: target, prefix: try claim(name, within: prefix), depth: depth + 1)
    }
    let (kind, shape) = try resolve(layer, on: map.shape, prefix: prefix)
    if case .convolution(let plan) = kind { _ = try claim(plan.name, within: "") }
    let output = if let target { target } else { try storage(for: shape, place: prefix) }
    operations.append(Operation(kind: kind, input: map, output: output))
    return output
  }

  private mutating func append(
    _ branches: [[LayerDefinition]], to map: MapReference, target: MapReference?, prefix: String, depth: Int
  ) throws(NetworkError) -> MapReference {
    guard depth <= Window.Limit.depth else {
      throw NetworkError(.invalidDefinition, "\(prefix): branches nested deeper than \(Window.Limit.depth)")
    }
    var shapes: [Shape] = []
    for branch in branches { shapes.append(try outcome(of: branch, on: map.shape, prefix: prefix, depth: depth)) }
    guard let first = shapes.first else {
      throw NetworkError(.invalidDefinition, "\(prefix) has no branch")
    }
    if let other = shapes.first(where: { $0.height != first.height || $0.width != first.width }) {
      throw NetworkError(
        .invalidDefinition, "\(prefix): its branches give \(first) and \(other): height and width must agree")
    }
    var whole = first
    whole.channels = shapes.reduce(0) { $0 + $1.channels }
    let output = if let target { target } else { try storage(for: whole, place: prefix) }
    var slice = output
    for (branch, shape) in zip(branches, shapes) {
      slice.shape = shape
      _ = try append(branch, to: map, target: slice, prefix: prefix, depth: depth)
      slice.offset += shape.channels
    }
    return output
  }

  /// The shape that a chain of layers gives, without planning it.
  private func outcome(
    of layers: [LayerDefinition], on shape: Shape, prefix: String, depth: Int
  ) throws(NetworkError) -> Shape {
    guard depth <= Window.Limit.depth else {
      throw NetworkError(.invalidDefinition, "\(prefix): branches nested deeper than \(Window.Limit.depth)")
    }
    var shape = shape
    for layer in layers {
      guard case .branches(let name, let branches) = layer else {
        shape = try resolve(layer, on: shape, prefix: prefix).shape
        continue
      }
      var channels = 0
      var result = shape
      for branch in branches {
        result = try outcome(of: branch, on: shape, prefix: joined(prefix, name), depth: depth + 1)
        channels += result.channels
      }
      shape = result
      shape.channels = channels
    }
    return shape
  }

  /// A layer other than `branches`, with its output's shape.
  private func resolve(
    _ layer: LayerDefinition, on shape: Shape, prefix: String
  ) throws(NetworkError) -> (kind: Kind, shape: Shape) {
    func pooled(_ window: Window) -> Shape {
      Shape(height: window.outputHeight, width: window.outputWidth, channels: shape.channels)
    }
    let place = prefix.isEmpty ? "" : "\(prefix): "
    switch layer {
    case .convolution(let name, let filters, let kernel, let stride, let padding, let activation, let normalisation):
      let name = joined(prefix, name)
      let window = try Window(
        shape, kernel: kernel, stride: stride, padding: padding, largestPadding: kernel - 1, place: name)
      let plan = ConvolutionPlan(
        name: name, window: window, filters: filters, activation: activation, normalisation: normalisation,
        isDense: false)
      return (.convolution(plan), try convolved(plan))
    case .dense(let name, let outputs, let activation):
      let plan = ConvolutionPlan(
        name: joined(prefix, name), window: Window(whole: shape), filters: outputs, activation: activation,
        normalisation: .none, isDense: true)
      return (.convolution(plan), try convolved(plan))
    case .maxPool(let kernel, let stride, let padding):
      let window = try Window(
        shape, kernel: kernel, stride: stride, padding: padding, largestPadding: kernel / 2, place: "\(place)max pool")
      return (.maxPool(window), pooled(window))
    case .averagePool(let kernel, let stride, let padding):
      let window = try Window(
        shape, kernel: kernel, stride: stride, padding: padding, largestPadding: kernel / 2,
        place: "\(place)average pool")
      return (.averagePool(window), pooled(window))
    case .l2Pool(let kernel, let stride, let padding):
      let window = try Window(
        shape, kernel: kernel, stride: stride, padding: padding, largestPadding: kernel / 2, place: "\(place)L2 pool")
      return (.l2Pool(window), pooled(window))
    case .globalAveragePool:
      let window = Window(whole: shape)
      return (.averagePool(window), pooled(window))
    case .localResponse: return (.localResponse, shape)
    case .l2Normalise: return (.l2Normalise, shape)
    case .maxout(let pieces):
      guard (2...Window.Limit.channels).contains(pieces), shape.channels.isMultiple(of: pieces) else {
        throw NetworkError(
          .invalidDefinition, "\(place)maxout of \(pieces) pieces: use 2 or more that divide \(shape.channels) channels"
        )
      }
      return (
        .maxout(pieces: pieces), Shape(height: shape.height, width: shape.width, channels: shape.channels / pieces)
      )
    case .branches:
      throw NetworkError(.invalidDefinition, "\(place)branches have no window of their own")
    }
  }

  private func convolved(_ plan: ConvolutionPlan) throws(NetworkError) -> Shape {
    guard (1...Window.Limit.channels).contains(plan.filters) else {
      throw NetworkError(
        .invalidDefinition, "\(plan.name): \(plan.filters) filters: use 1 to \(Window.Limit.channels)")
    }
    guard plan.filters * plan.window.area <= Window.Limit.weightCount else {
      throw NetworkError(
        .invalidDefinition,
        "\(plan.name): \(plan.filters) × \(plan.window.area) weights; the limit is \(Window.Limit.weightCount)")
    }
    return Shape(height: plan.window.outputHeight, width: plan.window.outputWidth, channels: plan.filters)
  }

  private mutating func storage(for shape: Shape, place: String) throws(NetworkError) -> MapReference {
    guard shape.channels <= Window.Limit.channels, shape.count <= Window.Limit.mapCount else {
      throw NetworkError(
        .invalidDefinition,
        "\(place): a map of \(shape) is beyond \(Window.Limit.mapCount) numbers or "
          + "\(Window.Limit.channels) channels")
    }
    storages.append(shape)
    return MapReference(storage: storages.count - 1, offset: 0, shape: shape)
  }

  /// A name's full form, refused when it is empty or taken.
  private mutating func claim(_ name: String, within prefix: String) throws(NetworkError) -> String {
    let full = joined(prefix, name)
    guard !name.isEmpty, names.insert(full).inserted else {
      throw NetworkError(.invalidDefinition, "the layer name '\(full)' is empty or used twice: give each its own")
    }
    return full
  }

  private func joined(_ prefix: String, _ name: String) -> String { prefix.isEmpty ? name : "\(prefix).\(name)" }
}
