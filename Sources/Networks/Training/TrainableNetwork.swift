internal import CNetworkKernels

/// A network that can be trained: forward and backward over a batch, with its parameters and their gradients.
///
/// Used from one thread at a time; a pass splits its work over `BLAS.threads` workers. Everything that comes out
/// depends on the definition, the seed, the state and the batches alone, not on the number of workers.
///
/// Memory: activations once, and their gradients once, for the largest batch seen; gathered matrices are made
/// again in the backward pass.
public final class TrainableNetwork {
  /// The layers as they were given.
  public let definition: NetworkDefinition
  /// All trained tensors, in the order of the layers.
  public let parameters: [Parameter]
  /// D, the numbers of one image's output: of a map, its pixels row by row with their channels together.
  public let outputDimension: Int

  let operations: [any TrainableOperation]
  private let storages: [MapStorage]
  /// Whether an operation's input gradient already holds the share of an operation after it.
  private let addsToInput: [Bool]
  private let input: FeatureMap
  private let output: FeatureMap
  private let workers: Workers
  private let resultGradient = GrowingBuffer()
  /// The batch size of the last forward pass in training mode.
  private var pending: Int?

  /// Weights by He initialisation from `seed`, biases 0; batch normalisation with scale 1 and shift 0.
  /// - Throws: `invalidDefinition`; `invalidEnvironment`, see `KernelLevel.variable`.
  public convenience init(_ definition: NetworkDefinition, seed: UInt64) throws(NetworkError) {
    try self.init(definition, seed: seed, lanes: try KernelLevel.current().lanes)
  }

  /// - Parameter lanes: the kernels to use, one of `InferenceNetwork.supportedLanes`.
  package init(_ definition: NetworkDefinition, seed: UInt64, lanes: Int) throws(NetworkError) {
    let plan = try Plan(definition)
    let storages = plan.storages.map { MapStorage($0) }
    func map(_ reference: MapReference) -> FeatureMap {
      FeatureMap(storage: storages[reference.storage], offset: reference.offset, shape: reference.shape)
    }
    operations = plan.operations.map { operation in
      let (input, output) = (map(operation.input), map(operation.output))
      let needed = operation.input.storage != plan.input.storage
      func pooling(_ kind: PoolingOperation.Kind, _ window: Window) -> PoolingOperation {
        PoolingOperation(kind, window, input: input, output: output, inputNeedsGradient: needed)
      }
      switch operation.kind {
      case .convolution(let plan):
        return ConvolutionOperation(
          plan, input: input, output: output, inputNeedsGradient: needed, lanes: lanes)
      case .maxPool(let window): return pooling(.max, window)
      case .averagePool(let window): return pooling(.average, window)
      case .l2Pool(let window): return pooling(.l2, window)
      case .localResponse:
        return LocalResponseOperation(input: input, output: output, inputNeedsGradient: needed)
      case .maxout(let pieces):
        return MaxoutOperation(pieces: pieces, input: input, output: output, inputNeedsGradient: needed)
      case .l2Normalise: return L2NormaliseOperation(input: input, output: output, inputNeedsGradient: needed)
      }
    }
    // Going back, the last reader of a map comes first and writes its gradient; the others add to it.
    var seen: Set<MapReference> = []
    addsToInput = plan.operations.reversed().map { !seen.insert($0.input).inserted }.reversed()
    var random = NormalGenerator(seed: seed)
    for operation in operations { (operation as? ConvolutionOperation)?.initialise(&random) }
    self.definition = definition
    self.storages = storages
    parameters = operations.flatMap { $0.parameters }
    outputDimension = plan.output.shape.count
    input = map(plan.input)
    output = map(plan.output)
    workers = Workers(scratchCount: operations.map { $0.scratchCount }.max() ?? 0)
  }

  /// The network's output for a batch.
  ///
  /// - Parameters:
  ///   - batch: `count` images, NCHW: count × channels × height × width.
  ///   - count: the number of images.
  ///   - training: normalise with the batch's statistics, update the running ones and keep what `backward` needs;
  ///     otherwise normalise with the running statistics.
  /// - Returns: count × D, image after image.
  /// - Throws: `invalidArgument` when `batch` has not the size that `count` and the definition ask for.
  public func forward(_ batch: [Float], count: Int, training: Bool = true) throws(NetworkError) -> [Float] {
    guard (1...Self.maximumBatch).contains(count) else {
      throw NetworkError(.invalidArgument, "a batch of \(count) images: use 1 to \(Self.maximumBatch)")
    }
    guard batch.count == count * input.shape.count else {
      throw NetworkError(
        .invalidArgument,
        "\(batch.count) numbers for \(count) images of \(input.shape.channels)×\(input.shape.height)"
          + "×\(input.shape.width); \(count * input.shape.count) are needed")
    }
    pending = nil
    for storage in storages { storage.reserve(count) }
    takeInput(batch, count)
    let pass = Pass(count: count, training: training, workers: workers, resultGradient: resultGradient)
    for operation in operations { operation.forward(pass) }
    if training { pending = count }
    return Array(UnsafeBufferPointer(start: output.values, count: count * outputDimension))
  }

  private func takeInput(_ batch: [Float], _ count: Int) {
    batch.withUnsafeBufferPointer { batch in
      guard let from = batch.baseAddress else { return }
      let slices = Slices.images(count, pixelsEach: input.shape.pixels)
      workers.run(slices.count) { slice, _ in
        let first = slices[slice].lowerBound * input.shape.count
        nk_nchw_to_nhwc(
          from + first, slices[slice].count, input.shape.channels, input.shape.pixels, input.values + first)
      }
    }
  }

  /// Images in one batch at most.
  public static let maximumBatch = 4096

  /// Adds the parameters' gradients of the last batch to `Parameter.gradient`.
  ///
  /// - Parameter dOutput: the loss's gradient by the output, count × D.
  /// - Throws: `outOfOrder` without a `forward` in training mode since the last `backward`; `invalidArgument` for a
  ///   wrong number of values.
  public func backward(_ dOutput: [Float]) throws(NetworkError) {
    guard let count = pending else {
      throw NetworkError(.outOfOrder, "backward needs a forward pass in training mode before it, one for each")
    }
    guard dOutput.count == count * outputDimension else {
      throw NetworkError(
        .invalidArgument, "\(dOutput.count) gradient values for \(count) outputs of \(outputDimension)")
    }
    pending = nil
    // Allocated here, on one thread: the workers of a pass only read where the gradients lie.
    for storage in storages { storage.reserveGradient() }
    dOutput.withUnsafeBufferPointer { from in
      guard let from = from.baseAddress else { return }
      output.gradient.update(from: from, count: count * outputDimension)
    }
    let pass = Pass(count: count, training: true, workers: workers, resultGradient: resultGradient)
    for (operation, adds) in zip(operations, addsToInput).reversed() { operation.backward(pass, addsToInput: adds) }
  }

  /// Sets all gradients to zero.
  public func zeroGradients() {
    for parameter in parameters {
      Team.inPieces(parameter.count) { parameter.gradient[$0].update(repeating: 0) }
    }
  }
}
