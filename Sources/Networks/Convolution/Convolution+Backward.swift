internal import CNetworkKernels

extension ConvolutionOperation {
  func backward(_ pass: Pass, addsToInput: Bool) {
    guard let weights = weight.values.baseAddress, let gradient = weight.gradient.baseAddress else { return }
    let slices = slices(pass.count, rows: window.gatheredRows)
    reserveTileSums(slices)
    pass.resultGradient.reserve(pass.count * output.shape.count)
    let dy = pass.resultGradient.pointer
    sumNormalisationGradients(pass, slices)
    adjoint?.pack(weights)
    pass.workers.run(slices.count) { index, _ in
      let slice = slices[index]
      for (number, tile) in slice.tiles.enumerated() {
        computeResultGradient(
          tile, dy + tile.firstRow * window.outputWidth * filters,
          sums: tileSums.pointer + (slice.tilesBefore + number) * 2 * filters)
      }
    }
    addBiasGradient(tiles: slices.reduce(0) { $0 + $1.tiles.count })

    let sum = weightGradient?.sum(pass.count, x: source, dy: dy, gradient: gradient)
    let units = sum?.units ?? 0
    let parts = sum == nil ? slices.count : 0
    if weightParts.count < parts * weight.count { weightParts = FloatBuffer(count: parts * weight.count) }
    // The weight's and the input's gradients are independent of each other: one run keeps all workers busy.
    pass.workers.run(units + slices.count) { index, scratch in
      if index < units {
        sum?.run(index)
        return
      }
      let slice = slices[index - units]
      if sum == nil {
        sumWeightPart(slice, dy, to: weightParts.pointer + (index - units) * weight.count, columns: scratch)
      }
      guard inputNeedsGradient else { return }
      if let adjoint {
        let rows = Tile(
          firstRow: slice.images.lowerBound * input.shape.height, rows: slice.images.count * input.shape.height)
        adjoint.run(
          rows, x: dy, z: input.gradient, zPitch: input.pitch, relu: false, adds: addsToInput, scratch: scratch)
      } else {
        addInputGradient(slice, dy, addsToInput: addsToInput, columns: scratch)
      }
    }
    sum?.finish()
    if parts > 0 { addWeightParts(pass, parts) }
  }

  /// dW = dyᵀ · columns, of one slice.
  private func sumWeightPart(
    _ slice: Slice, _ dy: UnsafePointer<Float>, to part: UnsafeMutablePointer<Float>,
    columns: UnsafeMutablePointer<Float>
  ) {
    for (number, tile) in slice.tiles.enumerated() {
      let (lines, linePitch) = lines(tile, columns: columns)
      MatrixProduct.transposedPlain(
        rows: filters, columns: window.area, inner: tile.rows * window.outputWidth,
        a: dy + tile.firstRow * window.outputWidth * filters, aPitch: filters, b: lines, bPitch: linePitch,
        beta: number == 0 ? 0 : 1, c: part, cPitch: window.area)
    }
  }

  /// One line per output pixel of the tile: gathered into `columns`, or the map itself.
  private func lines(
    _ tile: Tile, columns: UnsafeMutablePointer<Float>
  ) -> (UnsafePointer<Float>, pitch: Int) {
    if window.isPointwise {
      return (UnsafePointer(input.values + tile.firstRow * window.outputWidth * input.pitch), input.pitch)
    }
    var form = window.kernelForm
    nk_gather(&form, input.values, input.pitch, tile.firstRow, tile.rows, columns)
    return (UnsafePointer(columns), window.area)
  }

  /// dcolumns = dy · W, scattered back to the pixels that the columns were gathered from.
  private func addInputGradient(
    _ slice: Slice, _ dy: UnsafePointer<Float>, addsToInput: Bool, columns: UnsafeMutablePointer<Float>
  ) {
    guard let weight = weight.values.baseAddress else { return }
    if !addsToInput {
      nk_zero(
        input.gradient + slice.images.lowerBound * input.shape.pixels * input.pitch, input.pitch,
        slice.images.count * input.shape.pixels, input.shape.channels)
    }
    var form = window.kernelForm
    for tile in slice.tiles {
      MatrixProduct.plain(
        rows: tile.rows * window.outputWidth, columns: window.area, inner: filters,
        a: dy + tile.firstRow * window.outputWidth * filters, aPitch: filters, b: weight, bPitch: window.area, beta: 0,
        c: columns, cPitch: window.area)
      nk_scatter_add(&form, columns, tile.firstRow, tile.rows, input.gradient, input.pitch)
    }
  }

  /// Batch normalisation couples all pixels: its sums come before any pixel's gradient.
  private func sumNormalisationGradients(_ pass: Pass, _ slices: [Slice]) {
    guard let normalisation, let result else { return }
    pass.workers.run(slices.count) { index, _ in
      let slice = slices[index]
      for (number, tile) in slice.tiles.enumerated() {
        let first = tile.firstRow * window.outputWidth
        let sums = tileSums.pointer + (slice.tilesBefore + number) * 2 * filters
        nk_normalisation_sums(
          output.gradient + first * output.pitch, output.pitch, result.values.pointer + first * filters,
          tile.rows * window.outputWidth, filters, normalisation.scale.pointer, normalisation.shift.pointer,
          normalisation.mean.pointer, plan.activation ? 1 : 0, sums, sums + filters)
      }
    }
    let tiles = slices.reduce(0) { $0 + $1.tiles.count }
    normalisation.takeGradientSums(tileSums.pointer, tiles: tiles, pixels: pass.count * output.shape.pixels)
  }

  /// The gradient before normalisation and activation. Without batch normalisation also its sum, for the bias.
  private func computeResultGradient(
    _ tile: Tile, _ dy: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>
  ) {
    let first = tile.firstRow * window.outputWidth
    let pixels = tile.rows * window.outputWidth
    let dz = output.gradient + first * output.pitch
    let relu: Int32 = plan.activation ? 1 : 0
    if let normalisation, let result {
      nk_normalisation_gradient(
        dz, output.pitch, result.values.pointer + first * filters, pixels, filters, normalisation.scale.pointer,
        normalisation.shift.pointer, normalisation.p.pointer, normalisation.q.pointer, normalisation.r.pointer, relu,
        dy)
    } else {
      nk_bias_gradient(
        dz, output.values + first * output.pitch, output.pitch, pixels, filters, relu, dy, sums)
    }
  }

  private func addWeightParts(_ pass: Pass, _ parts: Int) {
    guard let gradient = weight.gradient.baseAddress else { return }
    let count = weight.count
    let pieces = count >= 1 << 14 ? 4 : 1
    pass.workers.run(pieces) { piece, _ in
      let (from, to) = (count * piece / pieces, count * (piece + 1) / pieces)
      nk_add_parts(weightParts.pointer + from, count, parts, to - from, gradient + from)
    }
  }

  private func addBiasGradient(tiles: Int) {
    guard let bias else { return }
    for c in 0..<filters {
      var sum = 0.0
      for tile in 0..<tiles { sum += Double(tileSums.pointer[tile * 2 * filters + c]) }
      bias.gradient[c] += Float(sum)
    }
  }
}
