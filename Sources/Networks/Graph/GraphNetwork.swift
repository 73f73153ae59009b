internal import CNetworkKernels
internal import Synchronization

/// A graph that runs: normalisations and activations folded into the convolutions before them, values that share
/// memory, and no allocation in a run but for its results once as many runs have gone side by side as ever will.
///
/// `run` works on the calling thread and may be called from several at once; each call takes a workspace of its own
/// from a pool.
///
/// `@unchecked Sendable`: everything but the pool is constant after construction, weights included, and the pool is
/// behind a mutex; a workspace belongs to one call at a time.
public final class GraphNetwork: @unchecked Sendable {
  /// What a run returns under one name.
  public struct Output: Sendable, Hashable {
    /// As in the graph.
    public let name: String
    /// The lengths of its axes, the slowest first.
    public let shape: [Int]
  }

  /// N×C×H×W for a network of pictures.
  public let inputShape: [Int]
  /// In the order in which a run returns them.
  public let outputs: [Output]

  private let steps: [any GraphStep]
  private let offsets: [Int]
  private let results: [Int]
  private let mapCount: Int
  private let scratchCount: Int
  private let idle = Mutex<[Workspace]>([])

  /// Memory of one run; touched by that run alone.
  private final class Workspace: @unchecked Sendable {
    let maps: FloatBuffer
    let scratch: FloatBuffer

    init(maps: Int, scratch: Int) {
      self.maps = FloatBuffer(count: maps)
      self.scratch = FloatBuffer(count: scratch)
    }
  }

  /// - Parameters:
  ///   - graph: the operators, with their weights.
  ///   - quantisation: which convolutions and products work on bytes.
  /// - Throws: `invalidDefinition` for a graph without outputs, or one whose values need more memory at a time than
  ///   `Graph.Limit.arenaCount`; `invalidState` for weights that cannot be bytes.
  public convenience init(_ graph: Graph, quantisation: Quantisation = Quantisation()) throws(NetworkError) {
    try self.init(
      graph, quantisation: quantisation, lanes: try KernelLevel.current().lanes, dot: try DotKernel.current(),
      fast: true)
  }

  /// Vector lanes of the kernels that this processor can run.
  package static var supportedLanes: [Int] { KernelLevel.supported.map { $0.lanes } }

  /// - Parameters:
  ///   - lanes: the kernels to use, one of `supportedLanes`.
  ///   - dot: the kernel for bytes, one of `DotKernel.supported`.
  ///   - fast: false for plain kernels, to compare with.
  package init(
    _ graph: Graph, quantisation: Quantisation = Quantisation(), lanes: Int, dot: DotKernel = .plain, fast: Bool
  ) throws(NetworkError) {
    guard !graph.outputs.isEmpty, !graph.outputs.contains(where: { graph.constant($0.value) != nil }) else {
      throw NetworkError(.invalidDefinition, "the graph computes no output")
    }
    var planner = GraphPlanner(graph, quantisation: quantisation, lanes: lanes, dot: dot, fast: fast)
    try quantisation.check(graph.nodes.compactMap(planner.byteName))
    results = graph.outputs.map { planner.storage($0.value, .planes) }
    inputShape = graph.shape(graph.input)
    outputs = graph.outputs.map { Output(name: $0.name, shape: graph.shape($0.value)) }
    steps = planner.steps
    let lives = Self.lives(of: planner.sizes.count, in: steps, results: results)
    let arena = FirstFit(sizes: planner.sizes, lives: lives)
    guard arena.count <= Graph.Limit.arenaCount else {
      throw NetworkError(
        .invalidDefinition, "a run needs \(arena.count) numbers at a time; at most \(Graph.Limit.arenaCount)")
    }
    (offsets, mapCount) = (arena.offsets, arena.count)
    scratchCount = steps.map { $0.scratchCount }.max() ?? 0
    guard scratchCount <= Graph.Limit.arenaCount else {
      throw NetworkError(
        .invalidDefinition, "a step needs \(scratchCount) numbers of scratch memory; at most \(Graph.Limit.arenaCount)")
    }
  }

  /// From the step that first writes a storage to the last that reads it; the input, storage 0, lives from the start.
  private static func lives(of storages: Int, in steps: [any GraphStep], results: [Int]) -> [ClosedRange<Int>] {
    var born = [Int?](repeating: nil, count: storages)
    var last = [Int](repeating: 0, count: storages)
    born[0] = 0
    for (number, step) in steps.enumerated() {
      for storage in step.reads { last[storage] = number }
      if born[step.writes] == nil { born[step.writes] = number }
      last[step.writes] = max(last[step.writes], number)
    }
    for storage in results { last[storage] = steps.count }
    return zip(born, last).map { ($0 ?? 0)...max($0 ?? 0, $1) }
  }

  /// Runs the network.
  ///
  /// - Parameter input: as many numbers as `inputShape` says, row-major (of a picture: plane after plane).
  /// - Returns: every output's numbers, row-major, in the order of `outputs`.
  /// - Throws: `invalidArgument` when `input` has another length.
  public func run(_ input: [Float]) throws(NetworkError) -> [[Float]] { try run(input, isChannelsLast: false) }

  /// Runs a network of pictures, whose input is given pixel after pixel: N×H×W×C. Spares a conversion.
  public func run(channelsLast input: [Float]) throws(NetworkError) -> [[Float]] {
    try run(input, isChannelsLast: true)
  }

  /// Runs the network and shows what each convolution and product is given.
  package func watch(_ input: [Float], _ body: (WatchedInput) -> Void) throws(NetworkError) {
    _ = try run(input, isChannelsLast: false) { step, memory in
      if let watched = (step as? GraphConvolutionStep)?.watched(memory) { body(watched) }
    }
  }

  private func run(
    _ input: [Float], isChannelsLast: Bool, watching: (any GraphStep, GraphMemory) -> Void = { _, _ in }
  ) throws(NetworkError) -> [[Float]] {
    guard input.count == inputShape.reduce(1, *) else {
      throw NetworkError(.invalidArgument, "\(input.count) numbers for an input of \(inputShape)")
    }
    let workspace = idle.withLock { $0.popLast() } ?? Workspace(maps: mapCount, scratch: scratchCount)
    defer { idle.withLock { $0.append(workspace) } }
    let memory = GraphMemory(maps: workspace.maps.pointer, offsets: offsets, scratch: workspace.scratch.pointer)
    memory.take(input, shape: inputShape, isChannelsLast: isChannelsLast)
    for step in steps {
      watching(step, memory)
      step.run(memory)
    }
    return zip(results, outputs).map { memory.values($0, count: $1.shape.reduce(1, *)) }
  }
}
