package import Networks

/// The gradient of a loss over a batch whose activations do not fit in memory at once.
///
/// A triplet's loss couples pictures all over the batch, but it reaches the network through the embeddings alone. So:
/// embed the whole batch, a chunk at a time, and keep nothing but the embeddings; take the loss's gradient with respect
/// to each of them; then, chunk by chunk again, repeat the forward pass and propagate that chunk's part back. By the
/// chain rule the sum over the chunks is the gradient of the whole batch, for a third more computation.
///
/// Batch normalisation is the one layer that couples pictures inside the network: in chunks its statistics are those of
/// the chunk (Hoffer, Hubara & Soudry 2017 call it ghost batch normalisation). The gradient is exact for that network,
/// and its running statistics see every chunk twice.
package struct ChunkedPass {
  let network: TrainableNetwork
  /// Pictures that are in the network at once, at most; nil for all of them.
  let chunk: Int?

  package init(_ network: TrainableNetwork, chunk: Int?) {
    self.network = network
    self.chunk = chunk
  }

  /// Sets the gradients of the network's parameters to those of a loss.
  ///
  /// - Parameters:
  ///   - pixels: `count` pictures, one after the other.
  ///   - loss: from the batch's embeddings, row by row, to the loss's gradient by each of their numbers.
  package func run(_ pixels: [Float], count: Int, loss: (_ embeddings: [Float]) throws -> [Float]) throws {
    let parts = Self.parts(count, chunk: chunk)
    if parts.count == 1 {
      let gradient = try loss(try network.forward(pixels, count: count, training: true))
      network.zeroGradients()
      return try network.backward(gradient)
    }
    let size = pixels.count / count
    func forward(_ part: Range<Int>) throws -> [Float] {
      let pictures = Array(pixels[part.lowerBound * size..<part.upperBound * size])
      return try network.forward(pictures, count: part.count, training: true)
    }
    let gradient = try loss(try parts.flatMap { try forward($0) })
    let dimension = network.outputDimension
    network.zeroGradients()
    for part in parts {
      _ = try forward(part)
      try network.backward(Array(gradient[part.lowerBound * dimension..<part.upperBound * dimension]))
    }
  }

  /// 0 ..< count in ranges of at most `chunk`, as equal as can be.
  package static func parts(_ count: Int, chunk: Int?) -> [Range<Int>] {
    let parts = max(1, (count + (chunk ?? count) - 1) / max(1, chunk ?? count))
    return (0..<parts).map { count * $0 / parts..<count * ($0 + 1) / parts }
  }
}
