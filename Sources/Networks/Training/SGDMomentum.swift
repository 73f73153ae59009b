internal import CNetworkKernels

/// Stochastic gradient descent with momentum (Sutskever et al. 2013, without Nesterov's step):
/// v = m · v + g + d · w, w −= lr · v, with the decay d on parameters that decay.
public final class SGDMomentum: Optimizer {
  public let momentum: Float
  public let weightDecay: Float
  private var velocity = OptimizerMemory("sgd.velocity")

  public init(momentum: Float = 0.9, weightDecay: Float = 0) {
    self.momentum = momentum
    self.weightDecay = weightDecay
  }

  public func step(parameters: [Parameter], learningRate: Float) {
    let momentum = momentum
    for parameter in parameters {
      guard let w = parameter.values.baseAddress, let g = parameter.gradient.baseAddress else { continue }
      let decay = parameter.decays ? weightDecay : 0
      velocity.with(parameter) { v in
        Team.inPieces(parameter.count) {
          nk_sgd_momentum(
            w + $0.lowerBound, g + $0.lowerBound, v + $0.lowerBound, $0.count, learningRate, momentum, decay)
        }
      }
    }
  }

  public func state() -> [NamedTensor] { velocity.state() }

  public func load(_ state: [NamedTensor]) throws(NetworkError) {
    try OptimizerMemory.refuse(try velocity.take(state))
  }
}
