/// One tensor of a network's state.
struct StateEntry {
  enum Part { case weight, bias, scale, shift, runningMean, runningVariance }

  let name: String
  let shape: [Int]
  let part: Part

  func tensor(_ values: [Float]) -> NamedTensor { NamedTensor(name: name, shape: shape, values: values) }

  /// What a convolution or dense layer has, in the order of files.
  static func all(of plan: ConvolutionPlan) -> [StateEntry] {
    let window = plan.window
    let weight =
      plan.isDense
      ? [plan.filters, window.area] : [plan.filters, window.input.channels, window.kernelHeight, window.kernelWidth]
    func perFilter(_ suffix: String, _ part: Part) -> StateEntry {
      StateEntry(name: "\(plan.name).\(suffix)", shape: [plan.filters], part: part)
    }
    let first = StateEntry(name: "\(plan.name).weight", shape: weight, part: .weight)
    switch plan.normalisation {
    case .none: return [first, perFilter("bias", .bias)]
    case .batch:
      return [
        first, perFilter("bn.weight", .scale), perFilter("bn.bias", .shift),
        perFilter("bn.running_mean", .runningMean), perFilter("bn.running_var", .runningVariance),
      ]
    }
  }
}

/// A state by name, to be read completely.
struct StateReader {
  private var tensors: [String: NamedTensor] = [:]

  init(_ state: [NamedTensor]) throws(NetworkError) {
    for tensor in state {
      guard tensors.updateValue(tensor, forKey: tensor.name) == nil else {
        throw NetworkError(.invalidState, "the tensor '\(tensor.name)' is there twice")
      }
    }
  }

  /// The values of every entry by name.
  /// - Throws: `invalidState` unless the state has exactly these tensors in these shapes.
  func read(_ entries: [StateEntry]) throws(NetworkError) -> [String: [Float]] {
    var values: [String: [Float]] = [:]
    for entry in entries {
      guard let tensor = tensors[entry.name] else {
        throw NetworkError(
          .invalidState, "the tensor '\(entry.name)' is missing: the state is of another architecture")
      }
      guard tensor.shape == entry.shape, tensor.values.count == entry.shape.reduce(1, *) else {
        throw NetworkError(
          .invalidState,
          "the tensor '\(entry.name)' has the shape \(tensor.shape) with \(tensor.values.count) values; "
            + "the architecture needs \(entry.shape)")
      }
      values[entry.name] = tensor.values
    }
    if let unknown = tensors.keys.filter({ values[$0] == nil }).min() {
      throw NetworkError(.invalidState, "the tensor '\(unknown)' is unknown to the architecture")
    }
    return values
  }
}

/// A weight's two orders: filters × channels × rows × columns in files, channels last in memory.
struct WeightLayout {
  private let filters: Int
  private let pixels: Int
  private let channels: Int

  init(_ plan: ConvolutionPlan) {
    filters = plan.filters
    pixels = plan.window.kernelHeight * plan.window.kernelWidth
    channels = plan.window.input.channels
  }

  /// From memory to the order of files.
  func written(_ values: some Collection<Float>) -> [Float] {
    transposed(Array(values), inner: channels, outer: pixels)
  }

  /// From the order of files to that of memory.
  func read(_ values: [Float]) -> [Float] { transposed(values, inner: pixels, outer: channels) }

  /// filters × outer × inner to filters × inner × outer.
  private func transposed(_ values: [Float], inner: Int, outer: Int) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for filter in 0..<filters {
      for i in 0..<inner {
        for o in 0..<outer { result.append(values[(filter * outer + o) * inner + i]) }
      }
    }
    return result
  }
}
