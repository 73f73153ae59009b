internal import CNetworkKernels
internal import Glibc

/// AdamW (Loshchilov & Hutter 2019, algorithm 2): Adam's step, and the decay apart from it, scaled by the
/// learning rate, on parameters that decay.
public final class AdamW: Optimizer {
  public let beta1: Float
  public let beta2: Float
  public let epsilon: Float
  public let weightDecay: Float
  private var steps = 0
  private var first = OptimizerMemory("adamw.mean")
  private var second = OptimizerMemory("adamw.square")

  public init(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0.01) {
    (self.beta1, self.beta2, self.epsilon, self.weightDecay) = (beta1, beta2, epsilon, weightDecay)
  }

  public func step(parameters: [Parameter], learningRate: Float) {
    steps += 1
    let stepSize = learningRate / Float(1 - pow(Double(beta1), Double(steps)))
    let inverseRoot = Float(1 / (1 - pow(Double(beta2), Double(steps))).squareRoot())
    for parameter in parameters {
      guard let w = parameter.values.baseAddress, let g = parameter.gradient.baseAddress else { continue }
      let numbers = nk_adamw_numbers(
        beta1: beta1, beta2: beta2, epsilon: epsilon, keep: 1 - learningRate * (parameter.decays ? weightDecay : 0),
        rate: stepSize, inverse_root: inverseRoot)
      first.with(parameter) { m in
        second.with(parameter) { v in
          Team.inPieces(parameter.count) {
            nk_adamw(
              w + $0.lowerBound, g + $0.lowerBound, m + $0.lowerBound, v + $0.lowerBound, $0.count, numbers)
          }
        }
      }
    }
  }

  private static let stepsName = "adamw.steps"

  public func state() -> [NamedTensor] {
    // Two digits of 2²⁴: a float counts exactly only so far.
    let digits = [Float(steps >> 24), Float(steps & 0xFF_FFFF)]
    return [NamedTensor(name: Self.stepsName, shape: [2], values: digits)] + first.state() + second.state()
  }

  public func load(_ state: [NamedTensor]) throws(NetworkError) {
    var others = try second.take(try first.take(state))
    guard let index = others.firstIndex(where: { $0.name == Self.stepsName }), others[index].values.count == 2,
      let high = Int(exactly: others[index].values[0]), let low = Int(exactly: others[index].values[1]),
      (0..<1 << 24).contains(high), (0..<1 << 24).contains(low)
    else {
      throw NetworkError(.invalidState, "the tensor '\(Self.stepsName)' is missing or no number of steps")
    }
    steps = high << 24 | low
    others.remove(at: index)
    try OptimizerMemory.refuse(others)
  }
}
