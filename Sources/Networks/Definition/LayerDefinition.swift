/// What follows a convolution before its activation.
public enum Normalisation: Sendable, Hashable {
  /// Batch normalisation with scale and shift, ε = 1e-5, running statistics with momentum 0.1 (Ioffe & Szegedy
  /// 2015, algorithm 1); the convolution then has no bias of its own.
  case batch
  /// A bias per filter.
  case none
}

/// The numbers that a layer's definition leaves open.
package enum LayerNumbers {
  /// ε of batch normalisation.
  package static let normalisationEpsilon: Float = 1e-5
  /// Channels, α and β of local response normalisation; k is 1.
  package static let responseSize = 5
  package static let responseAlpha: Float = 1e-4
  package static let responseBeta: Float = 0.75
}

/// One layer of a network. Heights and widths round down, as in (height + 2 × padding − kernel) / stride + 1.
public indirect enum LayerDefinition: Sendable, Hashable {
  /// A square convolution of any stride and any padding below its kernel, its normalisation, and ReLU where `activation` says so.
  case convolution(
    name: String, filters: Int, kernel: Int, stride: Int = 1, padding: Int, activation: Bool = true,
    normalisation: Normalisation)
  /// Local response normalisation across channels: x / (1 + 1e-4/5 Σ x²)^0.75 over the 5 channels about each one
  /// (Krizhevsky et al. 2012, section 3.3, with k = 1).
  case localResponse
  case maxPool(kernel: Int, stride: Int, padding: Int)
  /// The mean over the window; padding counts as zeros.
  case averagePool(kernel: Int, stride: Int, padding: Int)
  /// The L2 norm over the window, √Σx².
  case l2Pool(kernel: Int, stride: Int, padding: Int)
  /// Every branch on the same input, their outputs side by side over channels (Inception). The branches must
  /// agree in height and width. `name` goes before the names inside, with a point between.
  case branches(name: String, [[LayerDefinition]])
  /// The mean over all pixels of each channel.
  case globalAveragePool
  /// A fully connected layer over all channels and pixels, with bias, and ReLU where `activation` says so.
  case dense(name: String, outputs: Int, activation: Bool = false)
  /// The largest of every `pieces` neighbouring channels (Goodfellow et al. 2013); one in `pieces` is left.
  case maxout(pieces: Int)
  /// Each pixel's channels scaled to length 1; meant for the end, where one pixel is left.
  case l2Normalise
}
