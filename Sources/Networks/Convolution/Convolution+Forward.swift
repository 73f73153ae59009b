internal import CNetworkKernels

extension ConvolutionOperation {
  func forward(_ pass: Pass) {
    guard let weights = weight.values.baseAddress else { return }
    kernel.pack(weights, bias: bias?.values.baseAddress)
    let slices = slices(pass.count, rows: window.directRows(filters: filters))
    padInput(pass, slices)
    guard let normalisation, let result else {
      return pass.workers.run(slices.count) { index, scratch in
        for tile in slices[index].tiles {
          kernel.run(
            tile, x: source, z: output.values, zPitch: output.pitch, relu: plan.activation, scratch: scratch)
        }
      }
    }
    result.reserve(pass.count)
    reserveTileSums(slices)
    pass.workers.run(slices.count) { index, scratch in
      let slice = slices[index]
      for (number, tile) in slice.tiles.enumerated() {
        kernel.run(
          tile, x: source, z: result.values.pointer, zPitch: filters, relu: false, scratch: scratch)
        if pass.training {
          let moments = tileSums.pointer + (slice.tilesBefore + number) * 2 * filters
          nk_moments(
            result.values.pointer + tile.firstRow * window.outputWidth * filters, tile.rows * window.outputWidth,
            filters, moments, moments + filters)
        }
      }
    }
    if pass.training {
      let pixels = slices.flatMap { $0.tiles.map { $0.rows * window.outputWidth } }
      normalisation.takeStatistics(moments: tileSums.pointer, pixels: pixels)
    } else {
      normalisation.useRunningStatistics()
    }
    pass.workers.run(slices.count) { index, _ in
      let first = slices[index].images.lowerBound * output.shape.pixels
      nk_affine(
        result.values.pointer + first * filters, slices[index].images.count * output.shape.pixels, filters,
        normalisation.scale.pointer, normalisation.shift.pointer, plan.activation ? 1 : 0,
        output.values + first * output.pitch, output.pitch)
    }
  }

  private func padInput(_ pass: Pass, _ slices: [Slice]) {
    guard let padded else { return }
    padded.reserve(pass.count)
    pass.workers.run(slices.count) { index, _ in
      let images = slices[index].images
      var form = window.kernelForm
      nk_pad(
        &form, images.count, input.values + images.lowerBound * input.shape.pixels * input.pitch, input.pitch,
        padded.values.pointer + images.lowerBound * padded.shape.count)
    }
  }
}
