internal import CNetworkKernels

/// AdaGrad (Duchi, Hazan & Singer 2011): G += g², w −= lr · g / (√G + ε). The decay, on parameters that decay, goes
/// into the gradient: g + d · w.
public final class AdaGrad: Optimizer {
  public let epsilon: Float
  public let weightDecay: Float
  private var squares = OptimizerMemory("adagrad.sum")

  public init(epsilon: Float = 1e-10, weightDecay: Float = 0) {
    (self.epsilon, self.weightDecay) = (epsilon, weightDecay)
  }

  public func step(parameters: [Parameter], learningRate: Float) {
    let epsilon = epsilon
    for parameter in parameters {
      guard let w = parameter.values.baseAddress, let g = parameter.gradient.baseAddress else { continue }
      let decay = parameter.decays ? weightDecay : 0
      squares.with(parameter) { sum in
        Team.inPieces(parameter.count) {
          nk_adagrad(
            w + $0.lowerBound, g + $0.lowerBound, sum + $0.lowerBound, $0.count, learningRate, epsilon, decay)
        }
      }
    }
  }

  public func state() -> [NamedTensor] { squares.state() }

  public func load(_ state: [NamedTensor]) throws(NetworkError) {
    try OptimizerMemory.refuse(try squares.take(state))
  }
}
