internal import CNetworkKernels

/// One operation of a network that only goes forward.
///
/// Constant after construction, the kernel's packed weights included.
struct InferenceStep {
  /// A map as an offset into the arena and the distance between pixels.
  struct Place {
    /// Floats for one image before the map's storage; times the images of a chunk it is the storage's start.
    let storageOffset: Int
    let channelOffset: Int
    let pitch: Int
    let shape: Shape

    init(_ reference: MapReference, _ plan: Plan, _ arena: Arena) {
      storageOffset = arena.offsets[reference.storage]
      channelOffset = reference.offset
      pitch = plan.storages[reference.storage].channels
      shape = reference.shape
    }

    func pointer(_ maps: UnsafeMutablePointer<Float>, _ chunk: Int) -> UnsafeMutablePointer<Float> {
      maps + storageOffset * chunk + channelOffset
    }
  }

  let kind: Plan.Kind
  let input: Place
  let output: Place
  /// Of a convolution, with batch normalisation multiplied into its weights.
  let kernel: DirectConvolution?
  /// Of a convolution whose input has few channels.
  private let rows: PaddedRows?
  /// Of a convolution that works on bytes, which then has no other kernel.
  private let bytes: QuantisedConvolution?

  /// - Parameters:
  ///   - state: the tensors by name, complete.
  ///   - scale: how the input becomes bytes, of a convolution that works on them.
  init(
    _ operation: Plan.Operation, _ plan: Plan, _ arena: Arena, _ state: [String: [Float]], scale: ByteScale?,
    kernels: (lanes: Int, dot: DotKernel)
  ) {
    kind = operation.kind
    input = Place(operation.input, plan, arena)
    output = Place(operation.output, plan, arena)
    guard let convolution = operation.convolution else {
      (kernel, rows, bytes) = (nil, nil, nil)
      return
    }
    func tensor(_ suffix: String) -> [Float] { state["\(convolution.name).\(suffix)"] ?? [] }
    let (filters, area) = (convolution.filters, convolution.window.area)
    let plain = WeightLayout(convolution).read(tensor("weight"))
    let (weights, bias) = (FloatBuffer(count: filters * area), FloatBuffer(count: filters))
    for filter in 0..<filters {
      var scale: Float = 1
      switch convolution.normalisation {
      case .none: bias.pointer[filter] = tensor("bias")[filter]
      case .batch:
        let deviation = (tensor("bn.running_var")[filter] + BatchNormalisation.epsilon).squareRoot()
        scale = tensor("bn.weight")[filter] / deviation
        bias.pointer[filter] = tensor("bn.bias")[filter] - scale * tensor("bn.running_mean")[filter]
      }
      for i in 0..<area { weights.pointer[filter * area + i] = scale * plain[filter * area + i] }
    }
    if let scale {
      bytes = QuantisedConvolution(
        convolution.window, filters: filters, pitch: input.pitch, weights: weights.array, bias: bias.array,
        activation: convolution.activation ? .relu : .linear, scale: scale, kernel: kernels.dot)
      (kernel, rows) = (nil, nil)
      return
    }
    bytes = nil
    rows = PaddedRows(convolution.window)
    let kernel = DirectConvolution(
      rows?.window ?? convolution.window, filters: filters, pitch: rows?.padded.channels ?? input.pitch,
      lanes: kernels.lanes)
    kernel.pack(weights.pointer, bias: bias.pointer)
    self.kernel = kernel
  }

  /// What a convolution is given, while its input's map is what it reads.
  func watched(count: Int, chunk: Int, maps: UnsafeMutablePointer<Float>) -> WatchedInput? {
    guard case .convolution(let plan) = kind, plan.window.area <= QuantisedConvolution.largestArea else { return nil }
    return WatchedInput(
      name: "\(plan.name).weight", multiplyAdds: plan.multiplyAdds, values: input.pointer(maps, chunk),
      pixels: count * input.shape.pixels, channels: input.shape.channels, pitch: input.pitch)
  }

  /// Floats of scratch memory that `run` needs for so many images.
  func scratchCount(images: Int) -> Int {
    switch kind {
    case .convolution(let plan):
      bytes?.scratchCount(images: images) ?? rows?.padded.count
        ?? kernel?.scratchCount(pixels: plan.window.directRows(filters: plan.filters) * plan.window.outputWidth) ?? 0
    case .localResponse: 3 * input.shape.channels
    default: 0
    }
  }

  /// - Parameters:
  ///   - count: images.
  ///   - chunk: images that the arena is laid out for.
  func run(
    count: Int, chunk: Int, maps: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    let x = input.pointer(maps, chunk)
    let z = output.pointer(maps, chunk)
    switch kind {
    case .convolution(let plan):
      if let bytes { return bytes.run(images: count, x: x, z: z, zPitch: output.pitch, scratch: scratch) }
      guard let kernel else { return }
      guard let rows else { return convolve(plan, kernel, count, x, z, scratch) }
      var form = plan.window.kernelForm
      for image in 0..<count {
        nk_pad(&form, 1, x + image * input.shape.pixels * input.pitch, input.pitch, scratch)
        convolve(plan, kernel, 1, scratch, z + image * output.shape.pixels * output.pitch, scratch + rows.padded.count)
      }
    case .maxPool(let window):
      var form = window.kernelForm
      nk_max_pool(&form, count, x, input.pitch, z, output.pitch, nil)
    case .averagePool(let window):
      var form = window.kernelForm
      nk_average_pool(&form, count, x, input.pitch, z, output.pitch)
    case .l2Pool(let window):
      var form = window.kernelForm
      nk_l2_pool(&form, count, x, input.pitch, z, output.pitch)
    case .localResponse:
      nk_local_response(
        x, input.pitch, count * input.shape.pixels, input.shape.channels, LocalResponseOperation.size,
        LocalResponseOperation.alpha, z, output.pitch, scratch)
    case .l2Normalise:
      for pixel in 0..<count * input.shape.pixels {
        L2NormaliseOperation.scale(
          x + pixel * input.pitch, to: z + pixel * output.pitch, channels: input.shape.channels)
      }
    case .maxout(let pieces):
      for pixel in 0..<count * input.shape.pixels {
        MaxoutOperation.choose(
          x + pixel * input.pitch, to: z + pixel * output.pitch, groups: output.shape.channels, pieces: pieces)
      }
    }
  }

  private func convolve(
    _ plan: ConvolutionPlan, _ kernel: DirectConvolution, _ count: Int, _ x: UnsafePointer<Float>,
    _ z: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
  ) {
    let end = count * plan.window.outputHeight
    let step = plan.window.directRows(filters: plan.filters)
    var row = 0
    while row < end {
      kernel.run(
        Tile(firstRow: row, rows: min(step, end - row)), x: x, z: z, zPitch: output.pitch, relu: plan.activation,
        scratch: scratch)
      row += step
    }
  }
}
