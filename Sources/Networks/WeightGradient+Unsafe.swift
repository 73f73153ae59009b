internal import CNetworkKernels

/// The gradient of a convolution's weights by the direct kernel: which pixels of input and result meet under each
/// tap, as a table.
///
/// Constant after construction.
final class WeightGradient {
  /// Pixels whose lines of both maps should fit the first-level cache.
  private static let chunkPixels = 128

  private let window: Window
  private let filters: Int
  private let pitch: Int
  private let lanes: Int
  private let chunks: Int
  private let pairs: UnsafeMutableBufferPointer<nk_pixel_pair>
  private let starts: UnsafeMutableBufferPointer<Int32>

  /// Of a map with `pitch` floats a pixel; the result's gradient has `filters` floats a pixel without gaps. Nil where
  /// the table would be too long.
  init?(_ window: Window, filters: Int, pitch: Int, lanes: Int) {
    let pixels = window.outputHeight * window.outputWidth
    let taps = window.kernelHeight * window.kernelWidth
    guard pixels * taps <= DirectConvolution.longestTable else { return nil }
    (self.window, self.filters, self.pitch, self.lanes) = (window, filters, pitch, lanes)
    chunks = (pixels + Self.chunkPixels - 1) / Self.chunkPixels
    pairs = .allocate(capacity: pixels * taps)
    starts = .allocate(capacity: taps * chunks + 1)
    var count = 0
    for tap in 0..<taps {
      for chunk in 0..<chunks {
        starts.initializeElement(at: tap * chunks + chunk, to: Int32(count))
        for pixel in pixels * chunk / chunks..<pixels * (chunk + 1) / chunks {
          let y = pixel / window.outputWidth * window.stride - window.padding + tap / window.kernelWidth
          let x = pixel % window.outputWidth * window.stride - window.padding + tap % window.kernelWidth
          guard (0..<window.input.height).contains(y), (0..<window.input.width).contains(x) else { continue }
          let from = (y * window.input.width + x) * pitch
          pairs.initializeElement(at: count, to: nk_pixel_pair(x: Int32(from), dy: Int32(pixel * filters)))
          count += 1
        }
      }
    }
    starts.initializeElement(at: taps * chunks, to: Int32(count))
  }

  deinit {
    pairs.deallocate()
    starts.deallocate()
  }

  /// What adds the gradient over `count` images to `gradient`, filters × area, when all of its units have run.
  func sum(
    _ count: Int, x: UnsafePointer<Float>, dy: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>
  ) -> Sum {
    let pixels = window.outputHeight * window.outputWidth
    return Sum(
      lanes: lanes,
      form: nk_weight_gradient(
        x: x, x_image: window.input.pixels * pitch, dy: dy, dy_image: pixels * filters, images: count,
        images_together: max(1, Self.chunkPixels / pixels), pairs: pairs.baseAddress, starts: starts.baseAddress,
        chunks: chunks, taps: window.kernelHeight * window.kernelWidth, row_taps: window.kernelWidth,
        channels: window.input.channels, filters: filters, gradient: gradient))
  }

  /// One batch's sum in units, which may run side by side: each has a part of the gradient for itself.
  struct Sum {
    fileprivate let lanes: Int
    fileprivate var form: nk_weight_gradient

    var units: Int {
      var form = form
      return nk_weight_units(&form, lanes)
    }

    func run(_ unit: Int) {
      var form = form
      nk_weight_gradient(&form, unit, lanes)
    }
  }
}
