internal import CNetworkKernels

/// AdaGrad (Duchi, Hazan & Singer 2011): G += g², w −= lr · g / (√G + ε). The decay, on parameters that decay, goes
/// into the gradient: g + d · w.
public final class AdaGrad: Optimizer {
  /// Keeps the division finite while G is 0.
  public let epsilon: Float
  /// The factor d of the decay; 0 turns it off.
  public let weightDecay: Float
  private var squares = OptimizerMemory("adagrad.sum")

  /// The default ε is PyTorch's.
  public init(epsilon: Float = 1e-10, weightDecay: Float = 0) {
    (self.epsilon, self.weightDecay) = (epsilon, weightDecay)
  }

  /// One update of every parameter; gradients stay as they are.
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

  /// One tensor of summed squares G for each parameter; empty before the first step.
  public func state() -> [NamedTensor] { squares.state() }

  /// Takes back what `state()` gave.
  ///
  /// - Throws: `invalidState`, naming the tensor that another optimizer wrote or that has the wrong size.
  public func load(_ state: [NamedTensor]) throws(NetworkError) {
    try OptimizerMemory.refuse(try squares.take(state))
  }
}
