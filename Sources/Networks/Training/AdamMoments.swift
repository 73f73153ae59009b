internal import CNetworkKernels
internal import Glibc

/// What Adam and AdamW share: running means of the gradient and of its square, and the steps that correct them for
/// having started at zero (Kingma & Ba 2015, algorithm 1).
struct AdamMoments {
  /// Where the decay d of a parameter w enters.
  enum Decay {
    /// Into the gradient: g + d · w.
    case gradient
    /// Beside the step: w · (1 − lr · d).
    case weight
  }

  let beta1: Float
  let beta2: Float
  let epsilon: Float
  private let stepsName: String
  private var steps = 0
  private var first: OptimizerMemory
  private var second: OptimizerMemory

  /// - Parameter name: what the state's tensors are called by.
  init(_ name: String, beta1: Float, beta2: Float, epsilon: Float) {
    (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
    stepsName = "\(name).steps"
    (first, second) = (OptimizerMemory("\(name).mean"), OptimizerMemory("\(name).square"))
  }

  mutating func step(parameters: [Parameter], learningRate: Float, weightDecay: Float, into decay: Decay) {
    steps += 1
    let stepSize = learningRate / Float(1 - pow(Double(beta1), Double(steps)))
    let inverseRoot = Float(1 / (1 - pow(Double(beta2), Double(steps))).squareRoot())
    for parameter in parameters {
      guard let w = parameter.values.baseAddress, let g = parameter.gradient.baseAddress else { continue }
      let rate = parameter.decays ? weightDecay : 0
      let numbers = nk_adam_numbers(
        beta1: beta1, beta2: beta2, epsilon: epsilon, decay: decay == .gradient ? rate : 0,
        keep: decay == .weight ? 1 - learningRate * rate : 1, rate: stepSize, inverse_root: inverseRoot)
      first.with(parameter) { m in
        second.with(parameter) { v in
          Team.inPieces(parameter.count) {
            nk_adam(w + $0.lowerBound, g + $0.lowerBound, m + $0.lowerBound, v + $0.lowerBound, $0.count, numbers)
          }
        }
      }
    }
  }

  func state() -> [NamedTensor] {
    // Two digits of 2²⁴: a float counts exactly only so far.
    let digits = [Float(steps >> 24), Float(steps & 0xFF_FFFF)]
    return [NamedTensor(name: stepsName, shape: [2], values: digits)] + first.state() + second.state()
  }

  mutating func load(_ state: [NamedTensor]) throws(NetworkError) {
    var others = try second.take(try first.take(state))
    guard let index = others.firstIndex(where: { $0.name == stepsName }), others[index].values.count == 2,
      let high = Int(exactly: others[index].values[0]), let low = Int(exactly: others[index].values[1]),
      (0..<1 << 24).contains(high), (0..<1 << 24).contains(low)
    else {
      throw NetworkError(.invalidState, "the tensor '\(stepsName)' is missing or no number of steps")
    }
    steps = high << 24 | low
    others.remove(at: index)
    try OptimizerMemory.refuse(others)
  }
}
