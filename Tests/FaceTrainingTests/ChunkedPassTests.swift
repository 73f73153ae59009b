import FaceTraining
import Networks
import Testing

/// The gradient of a batch that goes through the network in chunks against that of the whole batch at once.
@Suite struct ChunkedPassTests {
  static let (count, side) = (13, 9)

  static func network(_ normalisation: Normalisation) throws -> TrainableNetwork {
    try TrainableNetwork(
      NetworkDefinition(
        inputChannels: 3, inputHeight: side, inputWidth: side,
        layers: [
          .convolution(name: "a", filters: 8, kernel: 3, padding: 1, normalisation: normalisation), .localResponse,
          .maxPool(kernel: 3, stride: 2, padding: 1),
          .convolution(name: "b", filters: 16, kernel: 3, padding: 1, normalisation: normalisation),
          .globalAveragePool, .dense(name: "c", outputs: 8), .l2Normalise,
        ]), seed: 4)
  }

  /// Gradients of the triplet loss, which couples pictures all over the batch, per parameter.
  static func gradients(_ network: TrainableNetwork, chunk: Int?) throws -> [[Float]] {
    var random = RandomSource(seed: 2)
    let pixels = (0..<count * 3 * side * side).map { _ in Float.random(in: -1...1, using: &random) }
    // Of five people, none of whom is within one chunk.
    let labels = (0..<count).map { $0 % 5 }
    for parameter in network.parameters { parameter.gradient.update(repeating: .nan) }
    try ChunkedPass(network, chunk: chunk).run(pixels, count: count) { embeddings in
      #expect(embeddings.count == count * 8)
      return TripletLoss(margin: 1).evaluate(embeddings, labels: labels, random: &random).gradient
    }
    return network.parameters.map { Array($0.gradient) }
  }

  static func largestDifference(_ a: [[Float]], _ b: [[Float]]) -> Float {
    zip(a, b).map { a, b in
      let scale = b.map(abs).max() ?? 0
      return (zip(a, b).map { abs($0 - $1) }.max() ?? 0) / max(scale, 1e-12)
    }.max() ?? .infinity
  }

  @Test(arguments: [1, 2, 3, 5, 12])
  func chunksGiveTheWholeBatchsGradient(chunk: Int) throws {
    let whole = try Self.gradients(try Self.network(.none), chunk: nil)
    #expect(whole.joined().contains { abs($0) > 1e-4 })
    let difference = Self.largestDifference(try Self.gradients(try Self.network(.none), chunk: chunk), whole)
    #expect(difference < 1e-5, "largest relative difference in chunks of \(chunk): \(difference)")
  }

  @Test(arguments: [13, 100])
  func aChunkThatHoldsTheBatchIsTheBatch(chunk: Int) throws {
    let whole = try Self.gradients(try Self.network(.batch), chunk: nil)
    let chunked = try Self.gradients(try Self.network(.batch), chunk: chunk)
    #expect(chunked == whole)
  }

  /// With batch normalisation a chunk has statistics of its own: the gradient is another one, but a finite one, and
  /// the same every time.
  @Test func batchNormalisationGoesByTheChunk() throws {
    let whole = try Self.gradients(try Self.network(.batch), chunk: nil)
    let chunked = try Self.gradients(try Self.network(.batch), chunk: 5)
    let finite = chunked.joined().allSatisfy(\.isFinite)
    #expect(finite)
    #expect(Self.largestDifference(chunked, whole) > 1e-3)
    let again = try Self.gradients(try Self.network(.batch), chunk: 5)
    #expect(again == chunked)
  }

  @Test func partsAreEqualAndCoverTheBatch() {
    #expect(ChunkedPass.parts(10, chunk: nil) == [0..<10])
    #expect(ChunkedPass.parts(10, chunk: 4) == [0..<3, 3..<6, 6..<10])
    #expect(ChunkedPass.parts(1800, chunk: 64).allSatisfy { $0.count <= 64 })
    #expect(ChunkedPass.parts(1800, chunk: 64).map(\.count).reduce(0, +) == 1800)
  }
}
