internal import CNetworkKernels
internal import Synchronization

/// A trained network for embedding: batch normalisation folded into the convolutions, maps that share memory, and
/// no allocation in a call but for its result once as many calls have run side by side as ever will.
///
/// `embed` works on the calling thread and may be called from several at once; each call takes a workspace of its
/// own from a pool.
///
/// `@unchecked Sendable`: everything but the pool is constant after construction, weights included, and the pool is
/// behind a mutex; a workspace belongs to one call at a time.
public final class InferenceNetwork: @unchecked Sendable {
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

  /// Memory of one call; touched by that call alone.
  private final class Workspace: @unchecked Sendable {
    let maps: FloatBuffer
    let scratch: FloatBuffer

    init(maps: Int, scratch: Int) {
      self.maps = FloatBuffer(count: maps)
      self.scratch = FloatBuffer(count: scratch)
    }
  }

  /// - Parameter state: what `TrainableNetwork.state()` gives for the same definition.
  /// - Throws: `invalidDefinition`; `invalidState`, naming the tensor that is missing, misshaped or unknown.
  public convenience init(_ definition: NetworkDefinition, state: [NamedTensor]) throws(NetworkError) {
    try self.init(definition, state: state, lanes: DirectConvolution.processorLanes)
  }

  /// Vector lanes of the kernels that this processor can run.
  package static var supportedLanes: [Int] { DirectConvolution.supportedLanes }

  /// - Parameter lanes: the kernel to use, one of `supportedLanes`.
  package init(_ definition: NetworkDefinition, state: [NamedTensor], lanes: Int) throws(NetworkError) {
    let plan = try Plan(definition)
    let tensors = try StateReader(state).read(plan.operations.compactMap { $0.convolution }.flatMap(StateEntry.all))
    let arena = Arena(plan)
    self.definition = definition
    outputDimension = plan.output.shape.count
    steps = plan.operations.map { InferenceStep($0, plan, arena, tensors, lanes: lanes) }
    input = InferenceStep.Place(plan.input, plan, arena)
    output = InferenceStep.Place(plan.output, plan, arena)
    arenaCount = arena.count
    scratchCount = steps.map { $0.scratchCount }.max() ?? 0
  }

  /// Images in one call at most.
  public static let maximumBatch = TrainableNetwork.maximumBatch

  /// The network's output for a batch.
  ///
  /// - Parameter batch: `count` images, NCHW: count × channels × height × width.
  /// - Returns: count × D, image after image.
  /// - Throws: `invalidArgument` when `batch` has not the size that `count` and the definition ask for.
  public func embed(_ batch: [Float], count: Int) throws(NetworkError) -> [Float] {
    guard (1...Self.maximumBatch).contains(count), batch.count == count * input.shape.count else {
      throw NetworkError(
        .invalidArgument,
        "\(batch.count) numbers for \(count) images; use 1 to \(Self.maximumBatch) images of \(input.shape.channels)×"
          + "\(input.shape.height)×\(input.shape.width)")
    }
    let workspace =
      idle.withLock { $0.popLast() } ?? Workspace(maps: arenaCount * Self.largestChunk, scratch: scratchCount)
    defer { idle.withLock { $0.append(workspace) } }
    let dimension = outputDimension
    return [Float](unsafeUninitializedCapacity: count * dimension) { result, initialized in
      var first = 0
      while first < count {
        let images = min(Self.largestChunk, count - first)
        batch.withUnsafeBufferPointer { batch in
          guard let start = batch.baseAddress, let result = result.baseAddress else { return }
          let embeddings = run(start + first * input.shape.count, count: images, workspace)
          (result + first * dimension).initialize(from: embeddings, count: images * dimension)
        }
        first += images
      }
      initialized = count * dimension
    }
  }

  /// At most `largestChunk` images.
  private func run(
    _ images: UnsafePointer<Float>, count: Int, _ workspace: Workspace
  ) -> UnsafePointer<Float> {
    let maps = workspace.maps.pointer
    let x = input.pointer(maps, count)
    nk_nchw_to_nhwc(images, count, input.shape.channels, input.shape.pixels, x)
    for step in steps { step.run(count: count, chunk: count, maps: maps, scratch: workspace.scratch.pointer) }
    return UnsafePointer(output.pointer(maps, count))
  }
}
