internal import CNetworkKernels

/// Local response normalisation across channels, with the numbers of `LayerDefinition.localResponse`.
final class LocalResponseOperation: TrainableOperation {
  static let size = LayerNumbers.responseSize
  static let alpha = LayerNumbers.responseAlpha

  private let input: FeatureMap
  private let output: FeatureMap
  private let inputNeedsGradient: Bool

  init(input: FeatureMap, output: FeatureMap, inputNeedsGradient: Bool) {
    (self.input, self.output, self.inputNeedsGradient) = (input, output, inputNeedsGradient)
  }

  var scratchCount: Int { 3 * input.shape.channels }

  func forward(_ pass: Pass) {
    let slices = Slices.images(pass.count, pixelsEach: input.shape.pixels)
    pass.workers.run(slices.count) { slice, scratch in
      let first = slices[slice].lowerBound * input.shape.pixels
      nk_local_response(
        input.values + first * input.pitch, input.pitch, slices[slice].count * input.shape.pixels,
        input.shape.channels, Self.size, Self.alpha, output.values + first * output.pitch, output.pitch, scratch)
    }
  }

  func backward(_ pass: Pass, addsToInput: Bool) {
    guard inputNeedsGradient else { return }
    let slices = Slices.images(pass.count, pixelsEach: input.shape.pixels)
    pass.workers.run(slices.count) { slice, scratch in
      let first = slices[slice].lowerBound * input.shape.pixels
      let pixels = slices[slice].count * input.shape.pixels
      let dx = input.gradient + first * input.pitch
      if !addsToInput { nk_zero(dx, input.pitch, pixels, input.shape.channels) }
      nk_local_response_gradient(
        output.gradient + first * output.pitch, output.pitch, input.values + first * input.pitch, input.pitch, pixels,
        input.shape.channels, Self.size, Self.alpha, dx, scratch)
    }
  }
}
