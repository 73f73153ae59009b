internal import CNetworkKernels

/// A convolution or matrix product with what was folded into it, by the kernel that suits it.
struct GraphConvolutionStep: GraphStep {
  /// Weights and bias with the normalisation that followed multiplied in.
  struct Weights {
    /// filters × (row, column, channel of the group).
    var values: [Float]
    var bias: [Float]
    var groups: Int

    /// y = scale · (w x + b) + shift, per filter.
    mutating func fold(scale: [Float], shift: [Float]) {
      let area = values.count / bias.count
      for filter in bias.indices {
        for i in filter * area..<(filter + 1) * area { values[i] *= scale[filter] }
        bias[filter] = scale[filter] * bias[filter] + shift[filter]
      }
    }
  }

  private enum Kernel {
    /// One for each group.
    case direct([DirectConvolution], tileRows: Int)
    /// Weights as taps × channels.
    case depthwise(FloatBuffer)
    case plain(FloatBuffer, groups: Int)
    case bytes(QuantisedConvolution)
  }

  /// How a convolution works on bytes.
  struct Bytes {
    var scale: ByteScale
    var kernel: DotKernel
    /// What is done to the input first.
    var affine: (scale: [Float], shift: [Float])?
  }

  let reads: [Int]
  let writes: Int
  private let kernel: Kernel
  private let frame: nk_frame
  private let count: Int
  private let filters: Int
  private let bias: FloatBuffer
  private let activation: GraphActivationForm?
  private let lanes: Int
  /// The weights' name, where they can be bytes.
  private let name: String?

  /// Bytes of a tile's input and output together that should stay in the second-level cache.
  private static let tileBytes = 1 << 18

  /// - Parameters:
  ///   - count: images.
  ///   - map: N×C×H×W of the input.
  ///   - result: N×C×H×W of the output.
  ///   - name: of the weights, where they can be bytes.
  ///   - fast: false for the plain kernel, which the others are tested against.
  init(
    _ window: GraphWindow, map: [Int], result: [Int], weights: Weights, activation: GraphActivationForm?, name: String?,
    bytes: Bytes?, from: Int, to: Int, lanes: Int, fast: Bool
  ) {
    self.name = name
    (reads, writes, count, filters, self.lanes) = ([from], to, map[0], result[1], lanes)
    frame = window.frame(map: map, result: result)
    bias = FloatBuffer(weights.bias)
    let channels = map[1] / weights.groups
    let area = window.kernelHeight * window.kernelWidth * channels
    let form = window.symmetric(height: map[2], width: map[3], channels: channels, result: result)
    if let bytes, let form {
      let filters = result[1]
      let fused = activation.map { $0.fused(channels: filters) } ?? .linear
      let convolution = QuantisedConvolution(
        form, filters: filters, pitch: map[1], weights: weights.values, bias: weights.bias,
        activation: fused ?? .linear,
        affine: bytes.affine, scale: bytes.scale, kernel: bytes.kernel)
      kernel = .bytes(convolution)
      self.activation = fused == nil ? activation : nil
      return
    }
    self.activation = activation
    if fast, channels == 1, filters == weights.groups {
      let taps = area
      let packed = FloatBuffer(count: weights.values.count)
      for filter in 0..<filters {
        for tap in 0..<taps { packed.pointer[tap * filters + filter] = weights.values[filter * taps + tap] }
      }
      kernel = .depthwise(packed)
    } else if fast, let form {
      let own = filters / weights.groups
      kernel = .direct(
        (0..<weights.groups).map { group in
          let kernel = DirectConvolution(form, filters: own, pitch: map[1], lanes: lanes)
          let values = FloatBuffer(Array(weights.values[group * own * area..<(group + 1) * own * area]))
          let bias = FloatBuffer(Array(weights.bias[group * own..<(group + 1) * own]))
          kernel.pack(values.pointer, bias: bias.pointer)
          return kernel
        }, tileRows: form.directRows(filters: own))
    } else {
      kernel = .plain(FloatBuffer(weights.values), groups: weights.groups)
    }
  }

  var scratchCount: Int {
    switch kernel {
    case .direct(let kernels, let rows): kernels[0].scratchCount(pixels: rows * frame.out_width)
    case .bytes(let convolution): convolution.scratchCount(images: count)
    case .depthwise, .plain: 0
    }
  }

  /// What it is given, while its input's map is what it reads.
  func watched(_ memory: GraphMemory) -> WatchedInput? {
    guard let name else { return nil }
    let taps = frame.kernel_height * frame.kernel_width
    return WatchedInput(
      name: name, multiplyAdds: count * frame.out_height * frame.out_width * filters * taps * frame.channels,
      values: UnsafePointer(memory[reads[0]]), pixels: count * frame.in_height * frame.in_width,
      channels: frame.channels, pitch: frame.channels)
  }

  /// Whole rows at a time, so that what follows finds the result in the cache.
  private var tileRows: Int {
    if case .direct(_, let rows) = kernel { return rows }
    return max(1, Self.tileBytes / (4 * frame.out_width * (filters + frame.channels)))
  }

  func run(_ memory: GraphMemory) {
    let (x, z) = (memory[reads[0]], memory[writes])
    if case .bytes(let convolution) = kernel {
      convolution.run(images: count, x: x, z: z, zPitch: filters, scratch: memory.scratch)
      activation?.run(z, pixels: count * frame.out_height * frame.out_width, channels: filters, to: z)
      return
    }
    var frame = frame
    let end = count * frame.out_height
    for first in stride(from: 0, to: end, by: tileRows) {
      let rows = min(tileRows, end - first)
      let isRelu = activation?.isRelu == true
      var activated = activation == nil
      switch kernel {
      case .direct(let kernels, _):
        let (channels, own) = (frame.channels / kernels.count, filters / kernels.count)
        for (group, kernel) in kernels.enumerated() {
          kernel.run(
            Tile(firstRow: first, rows: rows), x: x + group * channels, z: z + group * own, zPitch: filters,
            relu: isRelu, scratch: memory.scratch)
        }
        activated = activated || isRelu
      case .depthwise(let weights):
        nk_depthwise(
          &frame, x, first, rows, weights.pointer, bias.pointer, z, isRelu ? 1 : 0, lanes)
        activated = activated || isRelu
      case .plain(let weights, let groups):
        nk_convolution_plain(&frame, x, first, rows, filters, groups, weights.pointer, bias.pointer, z)
      case .bytes: return
      }
      if !activated, let activation {
        let tile = z + first * frame.out_width * filters
        activation.run(tile, pixels: rows * frame.out_width, channels: filters, to: tile)
      }
    }
  }
}

extension GraphWindow {
  /// The form that the kernels take.
  func frame(map: [Int], result: [Int]) -> nk_frame {
    nk_frame(
      in_height: map[2], in_width: map[3], out_height: result[2], out_width: result[3], kernel_height: kernelHeight,
      kernel_width: kernelWidth, stride_height: strideHeight, stride_width: strideWidth, top: top, left: left,
      dilation_height: dilationHeight, dilation_width: dilationWidth, channels: map[1])
  }

  /// The window as the direct kernel takes it; nil where it has no such form.
  func symmetric(height: Int, width: Int, channels: Int, result: [Int]) -> Window? {
    guard strideHeight == strideWidth, top == left, dilationHeight == 1, dilationWidth == 1 else { return nil }
    var window = Window(whole: Shape(height: height, width: width, channels: channels))
    (window.kernelHeight, window.kernelWidth) = (kernelHeight, kernelWidth)
    (window.outputHeight, window.outputWidth) = (result[2], result[3])
    (window.stride, window.padding) = (strideHeight, top)
    return window
  }
}
