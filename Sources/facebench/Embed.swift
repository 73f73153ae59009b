import ArgumentParser
import Dispatch
import FaceNet
import Networks

/// `facebench embed`: how long a network takes to embed pictures.
struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Measure embedding: milliseconds per picture and arithmetic per second.",
    discussion: """
      Every thread embeds batches of its own, as the daemon's workers do. The figure is the best round: --rounds of \
      them, each of --batches batches for every thread.
      """)

  @OptionGroup var source: NetworkSource
  @Option(help: "Pictures in a batch.")
  var batch = 8
  @Option(help: "Threads that embed side by side.")
  var threads = 1
  @Option(help: "Batches of each thread in a round.")
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
    let (name, definition, state) = try source.load()
    let network = try InferenceNetwork(definition, state: state)
    let pictures = definition.noise(images: batch)
    _ = try network.embed(pictures, count: batch)
    let (threads, batch, batches) = (threads, batch, batches)
    let clock = ContinuousClock()
    var best = Double.infinity
    var bestProcessor = Double.infinity
    for _ in 0..<rounds {
      let start = clock.now
      let processor = processorSeconds()
      DispatchQueue.concurrentPerform(iterations: threads) { _ in
        // The batch has the size that the network asks for, as the call before has shown.
        for _ in 0..<batches { _ = try? network.embed(pictures, count: batch) }
      }
      best = min(best, (clock.now - start) / .seconds(1))
      bestProcessor = min(bestProcessor, processorSeconds() - processor)
    }
    let images = Double(threads * batches * batch)
    let multiplyAdds = try definition.multiplyAdds()
    try report(
      EmbedFigures(
        architecture: name, batch: batch, threads: threads, multiplyAdds: multiplyAdds,
        msPerImage: shortened(best / images * 1e3), imagesPerSecond: shortened(images / best),
        processorMsPerImage: shortened(bestProcessor / images * 1e3),
        gflops: shortened(2e-9 * Double(multiplyAdds) * images / best)),
      json: json)
  }
}

/// A multiply-add counts as two operations.
private struct EmbedFigures: Encodable, CustomStringConvertible {
  let architecture: String
  let batch: Int
  let threads: Int
  let multiplyAdds: Int
  let msPerImage: Double
  let imagesPerSecond: Double
  let processorMsPerImage: Double
  let gflops: Double

  var description: String {
    "\(architecture), \(multiplyAdds / 1_000_000) M multiply-adds, batches of \(batch) on \(threads) threads: "
      + "\(msPerImage) ms per picture (\(processorMsPerImage) ms of processor), \(imagesPerSecond) pictures/s, "
      + "\(gflops) GFLOP/s"
  }
}
