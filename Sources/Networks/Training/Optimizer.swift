/// A rule that changes parameters along their gradients. It keeps state per parameter, in the parameters' order.
public protocol Optimizer {
  /// Changes every parameter by its gradient; gradients stay as they are.
  mutating func step(parameters: [Parameter], learningRate: Float)

  /// What a checkpoint needs to go on exactly, in the parameters' order in memory; empty before the first step.
  func state() -> [NamedTensor]

  /// Takes back what `state()` gave.
  /// - Throws: `invalidState`, naming the tensor that another optimizer wrote or that has not its shape's size.
  mutating func load(_ state: [NamedTensor]) throws(NetworkError)
}

/// Running numbers per parameter, such as a sum of squares, under the parameter's name.
struct OptimizerMemory {
  /// Goes after the parameter's name.
  let suffix: String
  private var buffers: [String: (shape: [Int], values: [Float])] = [:]

  init(_ suffix: String) { self.suffix = suffix }

  /// Runs `body` with the parameter's memory, zeros at first.
  mutating func with(_ parameter: Parameter, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    // Taken out and put back, so that the array is changed where it lies.
    var entry =
      buffers.removeValue(forKey: parameter.name)
      ?? (parameter.shape, [Float](repeating: 0, count: parameter.count))
    if entry.values.count != parameter.count {
      entry = (parameter.shape, [Float](repeating: 0, count: parameter.count))
    }
    entry.values.withUnsafeMutableBufferPointer { buffer in
      if let start = buffer.baseAddress { body(start) }
    }
    buffers[parameter.name] = entry
  }

  func state() -> [NamedTensor] {
    buffers.sorted { $0.key < $1.key }.map {
      NamedTensor(name: "\($0.key).\(suffix)", shape: $0.value.shape, values: $0.value.values)
    }
  }

  /// Takes the tensors with this suffix; returns the others.
  mutating func take(_ state: [NamedTensor]) throws(NetworkError) -> [NamedTensor] {
    buffers = [:]
    var others: [NamedTensor] = []
    for tensor in state {
      guard tensor.name.hasSuffix(".\(suffix)") else {
        others.append(tensor)
        continue
      }
      guard tensor.values.count == tensor.shape.reduce(1, *) else {
        throw NetworkError(
          .invalidState, "the tensor '\(tensor.name)' has \(tensor.values.count) values for \(tensor.shape)")
      }
      buffers[String(tensor.name.dropLast(suffix.count + 1))] = (tensor.shape, tensor.values)
    }
    return others
  }

  static func refuse(_ others: [NamedTensor]) throws(NetworkError) {
    guard let tensor = others.first else { return }
    throw NetworkError(.invalidState, "the tensor '\(tensor.name)' belongs to another optimizer")
  }
}
