internal import CNetworkKernels

/// One operation of a network that only goes forward.
///
/// Constant after construction, `weights` and `bias` included.
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
  /// filters × area with batch normalisation multiplied in, and what is added to each filter.
  let weights: FloatBuffer
  let bias: FloatBuffer

  /// - Parameter state: the tensors by name, complete.
  init(_ operation: Plan.Operation, _ plan: Plan, _ arena: Arena, _ state: [String: [Float]]) {
    kind = operation.kind
    input = Place(operation.input, plan, arena)
    output = Place(operation.output, plan, arena)
    guard let convolution = operation.convolution else {
      (weights, bias) = (FloatBuffer(count: 0), FloatBuffer(count: 0))
      return
    }
    func tensor(_ suffix: String) -> [Float] { state["\(convolution.name).\(suffix)"] ?? [] }
    let (filters, area) = (convolution.filters, convolution.window.area)
    let plain = WeightLayout(convolution).read(tensor("weight"))
    (weights, bias) = (FloatBuffer(count: filters * area), FloatBuffer(count: filters))
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
  }

  /// Floats of scratch memory that `run` needs.
  var scratchCount: Int {
    switch kind {
    case .convolution(let plan):
      plan.window.isPointwise ? 0 : plan.window.rowsPerTile * plan.window.outputWidth * plan.window.area
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
    case .convolution(let plan): convolve(plan, count, x, z, scratch)
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
    }
  }

  private func convolve(
    _ plan: ConvolutionPlan, _ count: Int, _ x: UnsafePointer<Float>, _ z: UnsafeMutablePointer<Float>,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    let window = plan.window
    var form = window.kernelForm
    let (end, step) = (count * window.outputHeight, window.rowsPerTile)
    var row = 0
    while row < end {
      let rows = min(step, end - row)
      let pixels = rows * window.outputWidth
      let first = row * window.outputWidth
      var lines = x + first * input.pitch
      var linePitch = input.pitch
      if !window.isPointwise {
        nk_gather(&form, x, input.pitch, row, rows, scratch)
        (lines, linePitch) = (UnsafePointer(scratch), window.area)
      }
      MatrixProduct.plainTransposed(
        rows: pixels, columns: plan.filters, inner: window.area, a: lines, aPitch: linePitch, b: weights.pointer,
        bPitch: window.area, beta: 0, c: z + first * output.pitch, cPitch: output.pitch)
      nk_bias(
        z + first * output.pitch, output.pitch, pixels, plan.filters, bias.pointer, plan.activation ? 1 : 0)
      row += rows
    }
  }
}
