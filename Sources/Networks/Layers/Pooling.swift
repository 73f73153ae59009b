internal import CNetworkKernels

/// Max, average and L2 pooling.
final class PoolingOperation: TrainableOperation {
  enum Kind { case max, average, l2 }

  private let kind: Kind
  private let window: Window
  private let input: FeatureMap
  private let output: FeatureMap
  private let inputNeedsGradient: Bool
  /// For each output value of a max pooling, the tap that won.
  private var chosen: [UInt8] = []

  init(_ kind: Kind, _ window: Window, input: FeatureMap, output: FeatureMap, inputNeedsGradient: Bool) {
    (self.kind, self.window, self.input, self.output) = (kind, window, input, output)
    self.inputNeedsGradient = inputNeedsGradient
  }

  func forward(_ pass: Pass) {
    let needed = pass.count * output.shape.count
    if kind == .max && chosen.count < needed { chosen = [UInt8](repeating: 0, count: needed) }
    chosen.withUnsafeMutableBufferPointer { chosen in
      nonisolated(unsafe) let chosen = chosen.baseAddress
      let slices = Slices.images(pass.count, pixelsEach: output.shape.pixels)
      pass.workers.run(slices.count) { slice, _ in
        let first = slices[slice].lowerBound
        let n = slices[slice].count
        let x = input.values + first * input.shape.pixels * input.pitch
        let z = output.values + first * output.shape.pixels * output.pitch
        var form = window.kernelForm
        switch kind {
        case .max:
          nk_max_pool(&form, n, x, input.pitch, z, output.pitch, chosen.map { $0 + first * output.shape.count })
        case .average: nk_average_pool(&form, n, x, input.pitch, z, output.pitch)
        case .l2: nk_l2_pool(&form, n, x, input.pitch, z, output.pitch)
        }
      }
    }
  }

  func backward(_ pass: Pass, addsToInput: Bool) {
    guard inputNeedsGradient else { return }
    chosen.withUnsafeBufferPointer { chosen in
      nonisolated(unsafe) let chosen = chosen.baseAddress
      let slices = Slices.images(pass.count, pixelsEach: output.shape.pixels)
      pass.workers.run(slices.count) { slice, _ in
        let first = slices[slice].lowerBound
        let n = slices[slice].count
        let inputStart = first * input.shape.pixels * input.pitch
        let outputStart = first * output.shape.pixels * output.pitch
        let dx = input.gradient + inputStart
        let dz = output.gradient + outputStart
        if !addsToInput { nk_zero(dx, input.pitch, n * input.shape.pixels, input.shape.channels) }
        var form = window.kernelForm
        switch kind {
        case .max:
          nk_max_pool_gradient(
            &form, n, dz, output.pitch, chosen.map { $0 + first * output.shape.count }, dx, input.pitch)
        case .average: nk_average_pool_gradient(&form, n, dz, output.pitch, dx, input.pitch)
        case .l2:
          nk_l2_pool_gradient(
            &form, n, dz, output.values + outputStart, output.pitch, input.values + inputStart, dx, input.pitch)
        }
      }
    }
  }
}
