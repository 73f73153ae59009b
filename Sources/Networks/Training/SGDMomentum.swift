internal import CNetworkKernels

/// Stochastic gradient descent with momentum (Sutskever et al. 2013, without Nesterov's step):
/// v = m · v + g + d · w, w −= lr · v, with the decay d on parameters that decay.
public final class SGDMomentum: Optimizer {
  /// The factor m by which the velocity fades at each step; 0 is plain gradient descent.
  public let momentum: Float
  /// The factor d of the decay; 0 turns it off.
  public let weightDecay: Float
  private var velocity = OptimizerMemory("sgd.velocity")

  /// Momentum 0.9 unless it is given, and no decay.
  public init(momentum: Float = 0.9, weightDecay: Float = 0) {
    self.momentum = momentum
    self.weightDecay = weightDecay
  }

  /// One update of every parameter; gradients stay as they are.
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

  /// One velocity tensor for each parameter; empty before the first step.
  public func state() -> [NamedTensor] { velocity.state() }

  /// Takes back what `state()` gave.
  ///
  /// - Throws: `invalidState`, naming the tensor that another optimizer wrote or that has the wrong size.
  public func load(_ state: [NamedTensor]) throws(NetworkError) {
    try OptimizerMemory.refuse(try velocity.take(state))
  }
}
