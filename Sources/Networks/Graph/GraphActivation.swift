internal import CNetworkKernels

/// An activation with its constants, as the kernel takes it.
struct GraphActivationForm {
  private let form: nk_activation
  /// Keeps what `form` points to.
  private let slopes: FloatBuffer?
  let isRelu: Bool

  /// - Parameter slopes: of `parametric`, one for each channel.
  init(_ activation: GraphActivation, slopes: [Float]?) {
    let buffer = slopes.map { FloatBuffer($0) }
    var form = nk_activation(kind: nk_relu, a: 0, b: 0, slopes: nil)
    switch activation {
    case .relu: break
    case .leaky(let slope): (form.kind, form.a) = (nk_leaky, slope)
    case .parametric: (form.kind, form.slopes) = (nk_parametric, buffer.map { UnsafePointer($0.pointer) })
    case .clip(let low, let high): (form.kind, form.a, form.b) = (nk_clip, low, high)
    case .sigmoid: form.kind = nk_sigmoid
    }
    (self.form, self.slopes, isRelu) = (form, buffer, activation == .relu)
  }

  /// As a kernel for bytes takes it; nil where it cannot.
  func fused(channels: Int) -> QuantisedConvolution.Activation? {
    switch form.kind {
    case nk_relu: .relu
    case nk_leaky: .slopes([Float](repeating: form.a, count: channels))
    case nk_parametric: slopes.map { .slopes($0.array) }
    default: nil
    }
  }

  /// `z` may be `x`.
  func run(_ x: UnsafePointer<Float>, pixels: Int, channels: Int, to z: UnsafeMutablePointer<Float>) {
    var form = form
    withExtendedLifetime(slopes) { nk_activate(&form, x, pixels, channels, z) }
  }
}

/// An activation on its own.
struct GraphActivationStep: GraphStep {
  let reads: [Int]
  let writes: Int
  let form: GraphActivationForm
  let pixels: Int
  let channels: Int

  func run(_ memory: GraphMemory) {
    form.run(memory[reads[0]], pixels: pixels, channels: channels, to: memory[writes])
  }
}

/// scale·x + shift for each channel.
struct GraphAffineStep: GraphStep {
  let reads: [Int]
  let writes: Int
  let scale: FloatBuffer
  let shift: FloatBuffer
  let pixels: Int

  func run(_ memory: GraphMemory) {
    nk_affine(
      memory[reads[0]], pixels, scale.count, scale.pointer, shift.pointer, 0, memory[writes], scale.count)
  }
}
