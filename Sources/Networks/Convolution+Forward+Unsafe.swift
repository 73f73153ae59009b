internal import CNetworkKernels

extension ConvolutionOperation {
  func forward(_ pass: Pass) {
    let slices = slices(pass.count)
    guard let normalisation, let result else { return forwardWithBias(pass, slices) }
    result.reserve(pass.count)
    reserveTileSums(slices)
    pass.workers.run(slices.count) { index, scratch in
      let slice = slices[index]
      for (number, tile) in slice.tiles.enumerated() {
        let y = result.values.pointer + tile.firstRow * window.outputWidth * filters
        multiply(tile, to: y, pitch: filters, columns: scratch)
        if pass.training {
          let moments = tileSums.pointer + (slice.tilesBefore + number) * 2 * filters
          nk_moments(y, tile.rows * window.outputWidth, filters, moments, moments + filters)
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

  private func forwardWithBias(_ pass: Pass, _ slices: [Slice]) {
    guard let bias = bias?.values.baseAddress else { return }
    pass.workers.run(slices.count) { index, scratch in
      for tile in slices[index].tiles {
        let z = output.values + tile.firstRow * window.outputWidth * output.pitch
        multiply(tile, to: z, pitch: output.pitch, columns: scratch)
        nk_bias(z, output.pitch, tile.rows * window.outputWidth, filters, bias, plan.activation ? 1 : 0)
      }
    }
  }

  /// y = columns · Wᵀ for one tile.
  private func multiply(
    _ tile: Tile, to y: UnsafeMutablePointer<Float>, pitch: Int, columns: UnsafeMutablePointer<Float>
  ) {
    guard let weight = weight.values.baseAddress else { return }
    let (lines, linePitch) = lines(tile, columns: columns)
    MatrixProduct.plainTransposed(
      rows: tile.rows * window.outputWidth, columns: filters, inner: window.area, a: lines, aPitch: linePitch,
      b: weight, bPitch: window.area, beta: 0, c: y, cPitch: pitch)
  }

  /// One line per output pixel of the tile: gathered into `columns`, or the map itself.
  func lines(_ tile: Tile, columns: UnsafeMutablePointer<Float>) -> (UnsafePointer<Float>, pitch: Int) {
    if window.isPointwise {
      return (UnsafePointer(input.values + tile.firstRow * window.outputWidth * input.pitch), input.pitch)
    }
    var form = window.kernelForm
    nk_gather(&form, input.values, input.pitch, tile.firstRow, tile.rows, columns)
    return (UnsafePointer(columns), window.area)
  }
}
