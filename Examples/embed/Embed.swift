import Networks

/// Trains a small network with a few triplets of noise, and embeds with it.
///
/// Three kinds of pictures, each a pattern under noise. After some steps two pictures of a kind are nearer to each other than
/// to those of another: the triplet loss (Schroff et al. 2015, equation 1), written out.
@main enum Embed {
  static let definition = NetworkDefinition(
    inputChannels: 1, inputHeight: 8, inputWidth: 8,
    layers: [
      .convolution(name: "conv", filters: 8, kernel: 3, padding: 1, normalisation: .none), .globalAveragePool,
      .dense(name: "embedding", outputs: 4), .l2Normalise,
    ])

  static func main() throws {
    let network = try TrainableNetwork(definition, seed: 1)
    let optimizer = Adam()
    for step in 0..<300 {
      let kind = step % 3
      // Anchor, positive, negative.
      let batch = picture(kind) + picture(kind) + picture((kind + 1) % 3)
      let vectors = try network.forward(batch, count: 3)
      let (a, p, n) = (Array(vectors[0..<4]), Array(vectors[4..<8]), Array(vectors[8..<12]))
      let loss = distance(a, p) - distance(a, n) + 0.2
      if step % 60 == 0 { print("step \(step): loss \(max(0, loss))") }
      guard loss > 0 else { continue }
      // The loss's derivatives by anchor, positive and negative.
      let towards: [Float] = zip(n, p).map { 2 * ($0 - $1) }
      let pull: [Float] = zip(p, a).map { 2 * ($0 - $1) }
      let push: [Float] = zip(a, n).map { 2 * ($0 - $1) }
      let gradient = towards + pull + push
      network.zeroGradients()
      try network.backward(gradient)
      optimizer.step(parameters: network.parameters, learningRate: 0.01)
    }
    let embedder = try InferenceNetwork(definition, state: network.state())
    let vectors = try embedder.embed(picture(0) + picture(0) + picture(1), count: 3)
    print("same kind", distance(Array(vectors[0..<4]), Array(vectors[4..<8])))
    print("another", distance(Array(vectors[0..<4]), Array(vectors[8..<12])))
  }

  /// Stripes across, stripes down, or a chequerboard, under noise.
  static func picture(_ kind: Int) -> [Float] {
    (0..<64).map { place in
      let (row, column) = (place / 8, place % 8)
      let bright = [row % 2 == 0, column % 2 == 0, (row + column) % 2 == 0][kind]
      return (bright ? 1 : -1) + Float.random(in: -0.5...0.5)
    }
  }

  static func distance(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}
