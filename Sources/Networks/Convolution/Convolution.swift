/// A convolution or dense layer with its normalisation and activation.
///
/// The result, the weight's gradient and, for stride 1, the input's come from direct kernels, which go over the maps as
/// they lie: for maps of more than one pixel they were measured faster than matrix products. OpenBLAS does the rest, over tiles of columns
/// gathered from the input, one line per output pixel: the weight's gradient of dense layers, and the input's gradient for
/// other strides.
///
/// The passes are in `Convolution+Forward.swift` and `Convolution+Backward.swift`.
final class ConvolutionOperation: TrainableOperation {
  let plan: ConvolutionPlan
  let input: FeatureMap
  let output: FeatureMap
  let inputNeedsGradient: Bool
  /// filters × (row, column, channel).
  let weight: Parameter
  /// Without batch normalisation.
  let bias: Parameter?
  let normalisation: BatchNormalisation?
  /// With batch normalisation: the convolution's own result, which backward needs; the output map is what
  /// follows from it.
  let result: MapStorage?
  let kernel: DirectConvolution
  /// A copy of an input of few channels, which the kernels of result and weight gradient then read.
  let padded: MapStorage?
  /// Nil where the input's gradient is a matrix product.
  let adjoint: DirectConvolution?
  /// Nil where the weight's gradient is a matrix product.
  let weightGradient: WeightGradient?
  /// Per tile, two numbers per filter: moments going forward, gradient sums going back.
  var tileSums = FloatBuffer(count: 0)
  /// The weight's gradient of each slice.
  var weightParts = FloatBuffer(count: 0)

  init(
    _ plan: ConvolutionPlan, input: FeatureMap, output: FeatureMap, inputNeedsGradient: Bool, lanes: Int
  ) {
    (self.plan, self.input, self.output, self.inputNeedsGradient) = (plan, input, output, inputNeedsGradient)
    let window = plan.window
    weight = Parameter(
      name: "\(plan.name).weight",
      shape: [plan.filters, window.kernelHeight, window.kernelWidth, window.input.channels], decays: true)
    let rows = PaddedRows(window)
    padded = rows.map { MapStorage($0.padded) }
    let (read, pitch) = (rows?.window ?? window, rows?.padded.channels ?? input.pitch)
    kernel = DirectConvolution(read, filters: plan.filters, pitch: pitch, lanes: lanes)
    adjoint = inputNeedsGradient ? DirectConvolution(adjointOf: window, filters: plan.filters, lanes: lanes) : nil
    weightGradient =
      read.input.channels < PaddedRows.shortestLine || output.shape.pixels == 1
      ? nil : WeightGradient(read, filters: plan.filters, pitch: pitch, lanes: lanes, holdsResult: rows != nil)
    switch plan.normalisation {
    case .batch:
      bias = nil
      normalisation = BatchNormalisation(name: plan.name, channels: plan.filters)
      result = MapStorage(output.shape)
    case .none:
      bias = Parameter(name: "\(plan.name).bias", shape: [plan.filters], decays: false)
      normalisation = nil
      result = nil
    }
  }

  var parameters: [Parameter] {
    if let normalisation { return [weight, normalisation.weight, normalisation.bias] }
    return [weight] + (bias.map { [$0] } ?? [])
  }

  var window: Window { plan.window }
  var filters: Int { plan.filters }

  /// What the kernels of result and weight gradient read.
  var source: UnsafeMutablePointer<Float> { padded?.values.pointer ?? input.values }

  /// Pixels of a gathered tile at most.
  private var tilePixels: Int { window.gatheredRows * window.outputWidth }
  /// A tile's gathered matrix, and its gradient over the same memory later.
  var columnsCount: Int { window.isPointwise ? 0 : tilePixels * window.area }
  var scratchCount: Int {
    let direct = kernel.scratchCount(pixels: window.directRows(filters: filters) * window.outputWidth)
    return max(direct, columnsCount)
  }

  /// He et al. 2015, equation 10: a normal distribution of variance 2 / fan-in; before anything but ReLU, 1 / fan-in.
  func initialise(_ random: inout NormalGenerator) {
    let deviation = ((plan.activation ? 2 : 1) / Float(window.area)).squareRoot()
    for i in weight.values.indices { weight.values[i] = deviation * random.next() }
  }

  /// A slice's images with its tiles, and how many tiles lie before them.
  struct Slice {
    var images: Range<Int>
    var tiles: [Tile]
    var tilesBefore: Int
  }

  /// - Parameter rows: output rows of a tile.
  func slices(_ count: Int, rows: Int) -> [Slice] {
    var before = 0
    return Slices.images(count, pixelsEach: output.shape.pixels).map { images in
      let slice = Slice(images: images, tiles: window.tiles(images, rows: rows), tilesBefore: before)
      before += slice.tiles.count
      return slice
    }
  }

  func reserveTileSums(_ slices: [Slice]) {
    let needed = slices.reduce(0) { $0 + $1.tiles.count } * 2 * filters
    if tileSums.count < needed { tileSums = FloatBuffer(count: needed) }
  }
}
