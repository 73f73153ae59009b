import ArgumentParser
import FaceNet
import Networks

/// `facebench embed`: how long a network takes to embed pictures.
struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Measure embedding: milliseconds per picture and arithmetic per second.",
    discussion: """
      A batch is split over the threads, image by image. The figures are those of the best and the median round: --rounds of \
      them, each of --batches batches one after another. The daemon embeds on one thread for each request: --threads 1. \
      Imported networks take one picture at a time, on one thread. A model with layers that work on bytes is measured beside \
      the same network in floats, round by round in turn.
      """)

  @OptionGroup var source: NetworkSource
  @Option(help: "Pictures in a batch.")
  var batch = 8
  @Option(help: "Threads that a batch is split over.")
  var threads = 1
  @Option(help: "Batches in a round.")
  var batches = 8
  @Option(help: "Rounds, of which the best counts.")
  var rounds = 5
  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard (1...InferenceNetwork.maximumBatch).contains(batch), (1...BLAS.maximumThreads).contains(threads),
      (1...100_000).contains(batches), (1...10_000).contains(rounds)
    else {
      throw ValidationError(
        "--batch must be 1 to \(InferenceNetwork.maximumBatch), --threads 1 to \(BLAS.maximumThreads), --batches 1 to "
          + "100000 and --rounds 1 to 10000")
    }
  }

  func run() throws {
    let (name, network, float) = try source.network()
    let threads = network.threads(threads)
    let measured = try [network, float].compactMap { try $0?.run(batch: batch, threads: threads) }
    for embed in measured { try embed() }
    let clock = ContinuousClock()
    var times = measured.map { _ in [Double]() }
    var bestProcessor = Double.infinity
    for _ in 0..<rounds {
      for (place, embed) in measured.enumerated() {
        let start = clock.now
        let processor = processorSeconds()
        for _ in 0..<batches { try embed() }
        times[place].append((clock.now - start) / .seconds(1))
        if place == 0 { bestProcessor = min(bestProcessor, processorSeconds() - processor) }
      }
    }
    let best = times[0].min() ?? 0
    let medians = times.map { $0.sorted()[$0.count / 2] }
    let images = Double(batches * batch)
    let multiplyAdds = try network.multiplyAdds()
    try report(
      EmbedFigures(
        architecture: name, kernels: try KernelLevel.current().rawValue, batch: batch, threads: threads,
        multiplyAdds: multiplyAdds,
        msPerImage: shortened(best / images * 1e3), medianMsPerImage: shortened(medians[0] / images * 1e3),
        floatMedianMsPerImage: medians.dropFirst().first.map { shortened($0 / images * 1e3) },
        timesFloatSpeed: medians.dropFirst().first.map { shortened($0 / medians[0]) },
        imagesPerSecond: shortened(images / best),
        processorMsPerImage: shortened(bestProcessor / images * 1e3),
        gflops: shortened(2e-9 * Double(multiplyAdds) * images / best), peakBytes: peakBytes()),
      json: json)
  }
}

/// A multiply-add counts as two operations.
private struct EmbedFigures: Encodable, CustomStringConvertible {
  let architecture: String
  let kernels: String
  let batch: Int
  let threads: Int
  let multiplyAdds: Int
  let msPerImage: Double
  let medianMsPerImage: Double
  /// Of a model with layers that work on bytes.
  let floatMedianMsPerImage: Double?
  let timesFloatSpeed: Double?
  let imagesPerSecond: Double
  let processorMsPerImage: Double
  let gflops: Double
  let peakBytes: Int

  var description: String {
    "\(architecture), \(multiplyAdds / 1_000_000) M multiply-adds, batches of \(batch) on \(threads) threads: "
      + "\(msPerImage) ms per picture (\(processorMsPerImage) ms of processor; median \(medianMsPerImage) ms), "
      + "\(imagesPerSecond) pictures/s, \(gflops) GFLOP/s (\(kernels)); at most \(peakBytes >> 20) MiB of memory"
      + beside
  }

  private var beside: String {
    guard let floatMedianMsPerImage, let timesFloatSpeed else { return "" }
    return "; in floats \(floatMedianMsPerImage) ms (median): \(timesFloatSpeed) times as fast"
  }
}
