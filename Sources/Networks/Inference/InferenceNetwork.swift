internal import CNetworkKernels
internal import Synchronization

/// A trained network for embedding: batch normalisation folded into the convolutions, maps that share memory, and
/// no allocation in a call but for its result once as many calls have run side by side as ever will.
///
/// `embed` works on the calling thread unless it is given more, and may be called from several at once; each takes a
/// workspace of its own from a pool.
///
/// `@unchecked Sendable`: everything but the pool is constant after construction, weights included, and the pool is
/// behind a mutex; a workspace belongs to one thread at a time.
public final class InferenceNetwork: @unchecked Sendable {
  /// The layers as they were given, before neighbours were fused for speed.
  public let definition: NetworkDefinition
  /// D, the numbers of one image's output: of a map, its pixels row by row with their channels together.
  public let outputDimension: Int

  private let steps: [InferenceStep]
  private let input: InferenceStep.Place
  private let output: InferenceStep.Place
  private let arenaCount: Int
  private let scratchCount: Int
  private let idle = Mutex<[Workspace]>([])

  /// Images that go through the network together: enough to fill a matrix product over the last, small maps, few
  /// enough for the maps to stay in the cache.
  private static let largestChunk = 8
  /// Numbers in the memory of one thread, maps and scratch each. A network with larger maps takes fewer images together;
  /// one that needs more for a single image is refused.
  public static let memoryLimit = 1 << 26
  private let largestChunk: Int

  /// Memory of one thread of a call; touched by that thread alone.
  private final class Workspace: @unchecked Sendable {
    let maps: FloatBuffer
    let scratch: FloatBuffer

    init(maps: Int, scratch: Int) {
      self.maps = FloatBuffer(count: maps)
      self.scratch = FloatBuffer(count: scratch)
    }
  }

  /// - Parameters:
  ///   - definition: the layers.
  ///   - state: what `TrainableNetwork.state()` gives for the same definition.
  ///   - quantisation: which layers work on bytes.
  /// - Throws: `invalidDefinition`; `invalidState`, naming the tensor that is missing, misshaped or unknown;
  ///   `invalidEnvironment`, see `KernelLevel.variable`.
  public convenience init(
    _ definition: NetworkDefinition, state: [NamedTensor], quantisation: Quantisation = Quantisation()
  ) throws(NetworkError) {
    try self.init(
      definition, state: state, quantisation: quantisation, lanes: try KernelLevel.current().lanes,
      dot: try DotKernel.current())
  }

  /// Vector lanes of the kernels that this processor can run.
  package static var supportedLanes: [Int] { KernelLevel.supported.map { $0.lanes } }

  /// - Parameters:
  ///   - lanes: the kernel to use, one of `supportedLanes`.
  ///   - dot: the kernel for bytes, one of `DotKernel.supported`.
  package init(
    _ definition: NetworkDefinition, state: [NamedTensor], quantisation: Quantisation = Quantisation(), lanes: Int,
    dot: DotKernel = .plain
  ) throws(NetworkError) {
    let plan = try Plan(definition)
    let tensors = try StateReader(state).read(plan.operations.compactMap { $0.convolution }.flatMap(StateEntry.all))
    let arena = Arena(plan)
    self.definition = definition
    outputDimension = plan.output.shape.count
    try quantisation.check(
      plan.operations.compactMap { $0.convolution }.filter { $0.window.area <= QuantisedConvolution.largestArea }
        .map { "\($0.name).weight" })
    steps = plan.operations.map { operation in
      let scale = operation.convolution.flatMap { quantisation.inputs["\($0.name).weight"] }
      return InferenceStep(operation, plan, arena, tensors, scale: scale, kernels: (lanes, dot))
    }
    input = InferenceStep.Place(plan.input, plan, arena)
    output = InferenceStep.Place(plan.output, plan, arena)
    arenaCount = arena.count
    let chunk = max(1, min(Self.largestChunk, Self.memoryLimit / max(1, arenaCount)))
    largestChunk = chunk
    scratchCount = steps.map { $0.scratchCount(images: chunk) }.max() ?? 0
    guard arenaCount <= Self.memoryLimit, scratchCount <= Self.memoryLimit else {
      throw NetworkError(
        .invalidDefinition,
        "an image needs \(max(arenaCount, scratchCount)) numbers of memory at a time; at most \(Self.memoryLimit)")
    }
  }

  /// Images in one call at most.
  public static let maximumBatch = TrainableNetwork.maximumBatch

  /// The network's output for a batch.
  ///
  /// - Parameters:
  ///   - batch: `count` images, NCHW: count × channels × height × width.
  ///   - count: the number of images.
  ///   - threads: over how many threads to split the batch, 1 to `BLAS.maximumThreads`; an image is never split.
  ///     More than one is for large batches of a program that does nothing else: such calls take turns at the
  ///     process's threads, and one that finds them taken works alone.
  /// - Returns: count × D, image after image; the same for any number of threads but for the last bits.
  /// - Throws: `invalidArgument` when `batch` has not the size that `count` and the definition ask for, or `threads` is
  ///   out of range.
  public func embed(_ batch: [Float], count: Int, threads: Int = 1) throws(NetworkError) -> [Float] {
    guard (1...Self.maximumBatch).contains(count), batch.count == count * input.shape.count else {
      throw NetworkError(
        .invalidArgument,
        "\(batch.count) numbers for \(count) images; use 1 to \(Self.maximumBatch) images of \(input.shape.channels)×"
          + "\(input.shape.height)×\(input.shape.width)")
    }
    guard (1...BLAS.maximumThreads).contains(threads) else {
      throw NetworkError(.invalidArgument, "\(threads) threads: use 1 to \(BLAS.maximumThreads)")
    }
    // On several threads two chunks for each, so that nobody waits long for the last one.
    let chunk = threads == 1 ? largestChunk : min(largestChunk, (count + 2 * threads - 1) / (2 * threads))
    let chunks = (count + chunk - 1) / chunk
    return [Float](unsafeUninitializedCapacity: count * outputDimension) { result, initialized in
      batch.withUnsafeBufferPointer { batch in
        guard let from = batch.baseAddress, let to = result.baseAddress else { return }
        Team.run(chunks, threads: threads) { index, _ in
          let first = index * chunk
          embedChunk(
            from + first * input.shape.count, count: min(chunk, count - first), to: to + first * outputDimension)
        }
      }
      initialized = count * outputDimension
    }
  }

  /// The network's output for one picture of bytes, which is not first spread over planes.
  ///
  /// - Parameters:
  ///   - bytes: rows of pixels, each with its channels together; not larger than the network's input, in whose upper left
  ///     they lie. Beyond them the input is 0.
  ///   - height: rows of the picture.
  ///   - width: pixels of a row.
  ///   - factor: a byte x enters as x · factor + offset.
  ///   - offset: see `factor`.
  /// - Throws: `invalidArgument` when the bytes are no such picture.
  public func embed(
    bytes: [UInt8], height: Int, width: Int, factor: Float, offset: Float
  ) throws(NetworkError) -> [Float] {
    let (rows, columns, channels) = (input.shape.height, input.shape.width, input.shape.channels)
    guard (1...rows).contains(height), (1...columns).contains(width), bytes.count == height * width * channels else {
      throw NetworkError(
        .invalidArgument,
        "\(bytes.count) bytes of \(channels)×\(height)×\(width) for a network of \(channels)×\(rows)×\(columns)")
    }
    return withWorkspace { workspace, result in
      let maps = workspace.maps.pointer
      let x = input.pointer(maps, 1)
      if height < rows || width < columns { x.update(repeating: 0, count: input.shape.count) }
      bytes.withUnsafeBufferPointer { bytes in
        guard let from = bytes.baseAddress else { return }
        for row in 0..<height {
          nk_from_bytes(
            from + row * width * channels, width * channels, factor, offset, x + row * columns * channels)
        }
      }
      result.initialize(from: runSteps(count: 1, workspace), count: outputDimension)
    }
  }

  /// Runs one image, NCHW, and shows what each convolution is given.
  package func watch(_ image: [Float], _ body: (WatchedInput) -> Void) throws(NetworkError) {
    guard image.count == input.shape.count else {
      throw NetworkError(.invalidArgument, "\(image.count) numbers for an image of \(input.shape)")
    }
    _ = withWorkspace { workspace, result in
      let maps = workspace.maps.pointer
      image.withUnsafeBufferPointer { image in
        guard let from = image.baseAddress else { return }
        nk_nchw_to_nhwc(from, 1, input.shape.channels, input.shape.pixels, input.pointer(maps, 1))
      }
      for step in steps {
        if let watched = step.watched(count: 1, chunk: 1, maps: maps) { body(watched) }
        step.run(count: 1, chunk: 1, maps: maps, scratch: workspace.scratch.pointer)
      }
      result.initialize(from: UnsafePointer(output.pointer(maps, 1)), count: outputDimension)
    }
  }

  /// One result, made in a workspace of the pool.
  private func withWorkspace(_ body: (Workspace, UnsafeMutablePointer<Float>) -> Void) -> [Float] {
    [Float](unsafeUninitializedCapacity: outputDimension) { result, initialised in
      guard let to = result.baseAddress else { return }
      let workspace =
        idle.withLock { $0.popLast() } ?? Workspace(maps: arenaCount * largestChunk, scratch: scratchCount)
      body(workspace, to)
      idle.withLock { $0.append(workspace) }
      initialised = outputDimension
    }
  }

  private func embedChunk(_ images: UnsafePointer<Float>, count: Int, to result: UnsafeMutablePointer<Float>) {
    let workspace =
      idle.withLock { $0.popLast() } ?? Workspace(maps: arenaCount * largestChunk, scratch: scratchCount)
    let embeddings = run(images, count: count, workspace)
    result.initialize(from: embeddings, count: count * outputDimension)
    idle.withLock { $0.append(workspace) }
  }

  /// From the input's map, which is written, to the output's.
  private func runSteps(count: Int, _ workspace: Workspace) -> UnsafePointer<Float> {
    let maps = workspace.maps.pointer
    for step in steps { step.run(count: count, chunk: count, maps: maps, scratch: workspace.scratch.pointer) }
    return UnsafePointer(output.pointer(maps, count))
  }

  /// At most `largestChunk` images.
  private func run(
    _ images: UnsafePointer<Float>, count: Int, _ workspace: Workspace
  ) -> UnsafePointer<Float> {
    let maps = workspace.maps.pointer
    let x = input.pointer(maps, count)
    nk_nchw_to_nhwc(images, count, input.shape.channels, input.shape.pixels, x)
    return runSteps(count: count, workspace)
  }
}
