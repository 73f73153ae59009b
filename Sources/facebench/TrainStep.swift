import ArgumentParser
import FaceNet
import Networks

/// `facebench train-step`: how long forward, backward and the optimizer's step take.
struct TrainStepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-step",
    abstract: "Measure a training step: forward, backward and AdaGrad.",
    discussion: """
      Without a loss and without reading pictures: the output's gradient is made up, the same for every step. The \
      figures are those of the median step, after one to warm up.
      """)

  @OptionGroup var source: NetworkSource
  @Option(help: "Pictures in a batch.")
  var batch = 90
  @Option(help: "Threads that a pass splits its batch over; the processor's when not given.")
  var threads: Int?
  @Option(help: "Steps, of which the median counts.")
  var steps = 5
  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard (2...TrainableNetwork.maximumBatch).contains(batch), (1...BLAS.maximumThreads).contains(threads ?? 1),
      (1...10_000).contains(steps)
    else {
      throw ValidationError(
        "--batch must be 2 to \(TrainableNetwork.maximumBatch), --threads 1 to \(BLAS.maximumThreads) and --steps 1 to "
          + "10000")
    }
  }

  func run() throws {
    if let threads { BLAS.setThreads(threads) }
    let (name, definition, state) = try source.load()
    let network = try TrainableNetwork(definition, seed: 1)
    try network.load(state)
    let pictures = definition.noise(images: batch)
    let dOutput = (0..<batch * network.outputDimension).map { Float($0 % 13 - 6) / 64 }
    let optimizer = AdaGrad()
    let clock = ContinuousClock()
    var measured: [Step] = []
    for step in 0...steps {
      let processor = processorSeconds()
      let start = clock.now
      _ = try network.forward(pictures, count: batch)
      let forward = clock.now
      network.zeroGradients()
      try network.backward(dOutput)
      let backward = clock.now
      optimizer.step(parameters: network.parameters, learningRate: 1e-3)
      let end = clock.now
      if step == 0 { continue }
      measured.append(
        Step(
          forward: (forward - start) / .seconds(1), backward: (backward - forward) / .seconds(1),
          optimizer: (end - backward) / .seconds(1), processor: processorSeconds() - processor))
    }
    measured.sort { $0.total < $1.total }
    let median = measured[measured.count / 2]
    let multiplyAdds = try definition.multiplyAdds()
    let total = median.total
    try report(
      TrainStepFigures(
        architecture: name, kernels: try KernelLevel.current().rawValue, batch: batch, threads: BLAS.threads,
        multiplyAdds: multiplyAdds,
        forwardMs: shortened(median.forward * 1e3), backwardMs: shortened(median.backward * 1e3),
        optimizerMs: shortened(median.optimizer * 1e3), msPerImage: shortened(total / Double(batch) * 1e3),
        processorMsPerImage: shortened(median.processor / Double(batch) * 1e3),
        imagesPerSecond: shortened(Double(batch) / total),
        gflops: shortened(6e-9 * Double(multiplyAdds) * Double(batch) / total), peakBytes: peakBytes()),
      json: json)
  }
}

/// Seconds.
private struct Step {
  let forward: Double
  let backward: Double
  let optimizer: Double
  /// The processor's, of all threads.
  let processor: Double

  var total: Double { forward + backward + optimizer }
}

/// Forward counts a multiply-add as two operations, backward twice as many.
private struct TrainStepFigures: Encodable, CustomStringConvertible {
  let architecture: String
  let kernels: String
  let batch: Int
  let threads: Int
  let multiplyAdds: Int
  let forwardMs: Double
  let backwardMs: Double
  let optimizerMs: Double
  let msPerImage: Double
  let processorMsPerImage: Double
  let imagesPerSecond: Double
  let gflops: Double
  let peakBytes: Int

  var description: String {
    "\(architecture), \(multiplyAdds / 1_000_000) M multiply-adds, batch \(batch) on \(threads) threads: forward "
      + "\(forwardMs) ms, backward \(backwardMs) ms, optimizer \(optimizerMs) ms; \(imagesPerSecond) pictures/s, "
      + "\(processorMsPerImage) ms of processor per picture, \(gflops) GFLOP/s (\(kernels)); at most \(peakBytes >> 20) MiB of memory"
  }
}
