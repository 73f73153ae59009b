/// Adam (Kingma & Ba 2015, algorithm 1). The decay, on parameters that decay, goes into the gradient: g + d · w.
public final class Adam: Optimizer {
  /// The factor d of the decay; 0 turns it off.
  public let weightDecay: Float
  private var moments: AdamMoments

  /// The paper's defaults. `beta1` and `beta2` are the decay rates of the moments, in 0..<1.
  public init(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0) {
    self.weightDecay = weightDecay
    moments = AdamMoments("adam", beta1: beta1, beta2: beta2, epsilon: epsilon)
  }

  /// One update of every parameter; gradients stay as they are.
  public func step(parameters: [Parameter], learningRate: Float) {
    moments.step(parameters: parameters, learningRate: learningRate, weightDecay: weightDecay, into: .gradient)
  }

  /// Both moments of each parameter, and the number of steps.
  public func state() -> [NamedTensor] { moments.state() }

  /// Takes back what `state()` gave.
  ///
  /// - Throws: `invalidState`, naming the tensor that another optimizer wrote or that has the wrong size.
  public func load(_ state: [NamedTensor]) throws(NetworkError) { try moments.load(state) }
}

/// AdamW (Loshchilov & Hutter 2019, algorithm 2): Adam's step, and the decay apart from it, scaled by the
/// learning rate, on parameters that decay.
public final class AdamW: Optimizer {
  /// The factor of the decay, which is applied to the weights as learningRate · weightDecay; 0 turns it off.
  public let weightDecay: Float
  private var moments: AdamMoments

  /// The defaults are PyTorch's. `beta1` and `beta2` are the decay rates of the moments, in 0..<1.
  public init(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0.01) {
    self.weightDecay = weightDecay
    moments = AdamMoments("adamw", beta1: beta1, beta2: beta2, epsilon: epsilon)
  }

  /// One update of every parameter; gradients stay as they are.
  public func step(parameters: [Parameter], learningRate: Float) {
    moments.step(parameters: parameters, learningRate: learningRate, weightDecay: weightDecay, into: .weight)
  }

  /// Both moments of each parameter, and the number of steps.
  public func state() -> [NamedTensor] { moments.state() }

  /// Takes back what `state()` gave.
  ///
  /// - Throws: `invalidState`, naming the tensor that another optimizer wrote or that has the wrong size.
  public func load(_ state: [NamedTensor]) throws(NetworkError) { try moments.load(state) }
}
