internal import CNetworkKernels

/// The gradient of a convolution's weights by the direct kernel: which pixels of input and result meet under each
/// tap, as a table.
///
/// The kernel holds lines of one map in its registers and takes the other's numbers one by one. Lines of the input suit it
/// but where they are short and ragged, as `PaddedRows` has them; then the maps change places, and what comes out is the
/// gradient transposed.
///
/// Constant after construction but for the transposed sum.
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
  /// (row, column, channel) × tap × filters; nil where lines of the input are held.
  private let transposed: FloatBuffer?

  /// Of a map with `pitch` floats a pixel; the result's gradient has `filters` floats a pixel without gaps. Nil where
  /// the table would be too long.
  /// - Parameter holdsResult: hold lines of the result instead of the input.
  init?(_ window: Window, filters: Int, pitch: Int, lanes: Int, holdsResult: Bool) {
    let pixels = window.outputHeight * window.outputWidth
    let taps = window.kernelHeight * window.kernelWidth
    guard pixels * taps <= DirectConvolution.longestTable else { return nil }
    (self.window, self.filters, self.pitch, self.lanes) = (window, filters, pitch, lanes)
    chunks = (pixels + Self.chunkPixels - 1) / Self.chunkPixels
    transposed = holdsResult ? FloatBuffer(count: filters * window.area) : nil
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
          let (from, to) = (Int32((y * window.input.width + x) * pitch), Int32(pixel * filters))
          pairs.initializeElement(
            at: count, to: holdsResult ? nk_pixel_pair(x: to, dy: from) : nk_pixel_pair(x: from, dy: to))
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

  /// What adds the gradient over `count` images to `gradient`, filters × area, when all of its units have run and it is
  /// finished.
  func sum(
    _ count: Int, x: UnsafePointer<Float>, dy: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>
  ) -> Sum {
    let pixels = window.outputHeight * window.outputWidth
    var form = nk_weight_gradient(
      x: x, x_image: window.input.pixels * pitch, dy: dy, dy_image: pixels * filters, images: count,
      images_together: max(1, Self.chunkPixels / pixels), pairs: pairs.baseAddress, starts: starts.baseAddress,
      chunks: chunks, taps: window.kernelHeight * window.kernelWidth, row_taps: window.kernelWidth,
      channels: window.input.channels, filters: filters, gradient: gradient)
    if let transposed {
      transposed.pointer.update(repeating: 0, count: transposed.count)
      form.gradient = transposed.pointer
      (form.x, form.dy) = (form.dy, form.x)
      (form.x_image, form.dy_image) = (form.dy_image, form.x_image)
      (form.channels, form.filters) = (form.filters, form.channels)
      // All taps together: the result's lines, the longer ones, are then read once for all of them.
      form.row_taps = form.taps
    }
    return Sum(owner: self, form: form, gradient: gradient)
  }

  /// Adds the transposed sum to the gradient.
  private func addTransposed(to gradient: UnsafeMutablePointer<Float>) {
    guard let transposed else { return }
    let (channels, taps) = (window.input.channels, window.kernelHeight * window.kernelWidth)
    for filter in 0..<filters {
      for tap in 0..<taps {
        let line = gradient + (filter * taps + tap) * channels
        for c in 0..<channels { line[c] += transposed.pointer[(c * taps + tap) * filters + filter] }
      }
    }
  }

  /// One batch's sum in units, which may run side by side: each has a part of the gradient for itself.
  struct Sum {
    fileprivate let owner: WeightGradient
    fileprivate let form: nk_weight_gradient
    fileprivate let gradient: UnsafeMutablePointer<Float>

    var units: Int {
      var form = form
      return nk_weight_units(&form, owner.lanes)
    }

    func run(_ unit: Int) {
      var form = form
      nk_weight_gradient(&form, unit, owner.lanes)
    }

    func finish() { owner.addTransposed(to: gradient) }
  }
}
