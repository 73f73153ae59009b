/// Adam (Kingma & Ba 2015, algorithm 1). The decay, on parameters that decay, goes into the gradient: g + d · w.
public final class Adam: Optimizer {
  public let weightDecay: Float
  private var moments: AdamMoments

  public init(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0) {
    self.weightDecay = weightDecay
    moments = AdamMoments("adam", beta1: beta1, beta2: beta2, epsilon: epsilon)
  }

  public func step(parameters: [Parameter], learningRate: Float) {
    moments.step(parameters: parameters, learningRate: learningRate, weightDecay: weightDecay, into: .gradient)
  }

  public func state() -> [NamedTensor] { moments.state() }

  public func load(_ state: [NamedTensor]) throws(NetworkError) { try moments.load(state) }
}

/// AdamW (Loshchilov & Hutter 2019, algorithm 2): Adam's step, and the decay apart from it, scaled by the
/// learning rate, on parameters that decay.
public final class AdamW: Optimizer {
  public let weightDecay: Float
  private var moments: AdamMoments

  public init(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0.01) {
    self.weightDecay = weightDecay
    moments = AdamMoments("adamw", beta1: beta1, beta2: beta2, epsilon: epsilon)
  }

  public func step(parameters: [Parameter], learningRate: Float) {
    moments.step(parameters: parameters, learningRate: learningRate, weightDecay: weightDecay, into: .weight)
  }

  public func state() -> [NamedTensor] { moments.state() }

  public func load(_ state: [NamedTensor]) throws(NetworkError) { try moments.load(state) }
}
