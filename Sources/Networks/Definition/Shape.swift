/// The size of one image's feature map.
package struct Shape: Hashable, Sendable {
  package var height: Int
  package var width: Int
  package var channels: Int

  package var pixels: Int { height * width }
  package var count: Int { pixels * channels }
}

extension Shape: CustomStringConvertible {
  package var description: String { "\(height)×\(width)×\(channels)" }
}

/// A sliding window of a convolution or pooling over a map.
package struct Window: Hashable, Sendable {
  package var input: Shape
  /// Height and width of the output; its channels are the layer's to say.
  package var outputHeight: Int
  package var outputWidth: Int
  package var kernelHeight: Int
  package var kernelWidth: Int
  package var stride: Int
  package var padding: Int

  /// Every limit on sizes that a definition has to keep; all products stay far from overflow within them.
  package enum Limit {
    package static let side = 4096
    package static let channels = 16384
    package static let kernel = 15
    package static let stride = 16
    package static let layers = 4096
    package static let depth = 16
    /// Numbers per image in one map.
    package static let mapCount = 1 << 28
    /// Numbers in one layer's weights.
    package static let weightCount = 1 << 28
  }

  /// Kernel, stride and padding checked; `place` begins the message.
  /// - Parameter largestPadding: below `kernel`, so that every window covers some of the map.
  package init(
    _ input: Shape, kernel: Int, stride: Int, padding: Int, largestPadding: Int, place: String
  ) throws(NetworkError) {
    guard (1...Limit.kernel).contains(kernel), (1...Limit.stride).contains(stride) else {
      throw NetworkError(
        .invalidDefinition,
        "\(place): kernel \(kernel) with stride \(stride): use 1 to \(Limit.kernel) and 1 to \(Limit.stride)")
    }
    guard (0...largestPadding).contains(padding) else {
      throw NetworkError(.invalidDefinition, "\(place): padding \(padding): use 0 to \(largestPadding)")
    }
    let (height, width) = (input.height + 2 * padding - kernel, input.width + 2 * padding - kernel)
    guard height >= 0, width >= 0 else {
      throw NetworkError(.invalidDefinition, "\(place): a kernel of \(kernel) does not fit its input of \(input)")
    }
    self.input = input
    self.outputHeight = height / stride + 1
    self.outputWidth = width / stride + 1
    self.kernelHeight = kernel
    self.kernelWidth = kernel
    self.stride = stride
    self.padding = padding
  }

  /// The window that covers the whole map and leaves one pixel.
  package init(whole input: Shape) {
    self.input = input
    self.outputHeight = 1
    self.outputWidth = 1
    self.kernelHeight = input.height
    self.kernelWidth = input.width
    self.stride = 1
    self.padding = 0
  }

  /// Numbers under the window: the inner dimension of the matrix product.
  package var area: Int { kernelHeight * kernelWidth * input.channels }

  /// A 1×1 window with stride 1, whose gathered matrix is the map itself.
  package var isPointwise: Bool { kernelHeight == 1 && kernelWidth == 1 && stride == 1 && padding == 0 }
}
