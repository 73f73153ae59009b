internal import CNetworkKernels

/// A convolution of bytes: its input becomes bytes with a border, one row of a window is then one run of them, and the result is
/// floats again.
///
/// Constant after construction.
final class QuantisedConvolution {
  /// What follows the sum: below zero 0, the number itself, or a part of it for each filter.
  enum Activation {
    case relu, linear
    case slopes([Float])
  }

  /// Numbers under a window at most: their products' sum stays within 32 bits.
  static let largestArea = 1 << 16

  private let window: Window
  private let filters: Int
  private let pitch: Int
  private let kernel: DotKernel
  private let scale: ByteScale
  private let rows: Int
  private let columns: Int
  private let starts: UnsafeMutablePointer<Int32>
  private let packed: UnsafeMutableRawPointer
  /// One for all channels, or one for each.
  private let factors: FloatBuffer
  private let offsets: FloatBuffer

  /// - Parameters:
  ///   - pitch: floats of an input pixel.
  ///   - weights: filters × (row, column, channel).
  ///   - affine: what is done to each channel of the input first; the border stays 0.
  init(
    _ window: Window, filters: Int, pitch: Int, weights: [Float], bias: [Float], activation: Activation,
    affine: (scale: [Float], shift: [Float])? = nil, scale: ByteScale, kernel: DotKernel
  ) {
    precondition(window.area <= Self.largestArea)
    (self.window, self.filters, self.pitch, self.kernel, self.scale) = (window, filters, pitch, kernel, scale)
    let (stride, channels) = (window.stride, window.input.channels)
    rows = max(window.padding + window.input.height, (window.outputHeight - 1) * stride + window.kernelHeight)
    columns = max(window.padding + window.input.width, (window.outputWidth - 1) * stride + window.kernelWidth)
    starts = .allocate(capacity: window.outputHeight * window.outputWidth)
    for y in 0..<window.outputHeight {
      for x in 0..<window.outputWidth {
        (starts + y * window.outputWidth + x).initialize(to: Int32((y * stride * columns + x * stride) * channels))
      }
    }
    let whole = ByteWeights(weights, filters: filters)
    let area = window.area
    let sums = (0..<filters).map { filter in
      -Int32(scale.zero) * whole.numbers[filter * area..<(filter + 1) * area].reduce(Int32(0)) { $0 + Int32($1) }
    }
    let slopes: [Float] =
      switch activation {
      case .relu: [Float](repeating: 0, count: filters)
      case .linear: [Float](repeating: 1, count: filters)
      case .slopes(let slopes): slopes
      }
    let (lines, line) = (window.kernelHeight, window.kernelWidth * channels)
    packed = .allocate(byteCount: nk_quantised_packed_size(filters, lines, line, kernel.number), alignment: 64)
    nk_quantised_pack(
      whole.numbers, sums, whole.factors.map { $0 * scale.step }, bias, slopes, filters, lines, line, kernel.number,
      packed)
    let zero = Float(scale.zero)
    factors = FloatBuffer(affine.map { $0.scale.map { $0 / scale.step } } ?? [1 / scale.step])
    offsets = FloatBuffer(affine.map { $0.shift.map { $0 / scale.step + zero } } ?? [zero])
  }

  deinit {
    starts.deallocate()
    packed.deallocate()
  }

  private var imageEntries: Int { rows * columns * window.input.channels }

  /// Floats of scratch memory that `run` needs for so many images.
  func scratchCount(images: Int) -> Int {
    ((images * imageEntries + kernel.group) * kernel.entry + 63) / MemoryLayout<Float>.size
  }

  /// - Parameters:
  ///   - x: the first image, `pitch` floats a pixel.
  ///   - z: the first image's result, `zPitch` floats a pixel.
  func run(
    images: Int, x: UnsafePointer<Float>, z: UnsafeMutablePointer<Float>, zPitch: Int,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let entries = UnsafeMutableRawPointer(scratch)
    var quantising = nk_quantising(
      height: window.input.height, width: window.input.width, channels: window.input.channels, pitch: pitch,
      border: window.padding, rows: rows, columns: columns, each_channel: factors.count > 1 ? 1 : 0,
      factor: factors.pointer, offset: offsets.pointer, zero: UInt8(scale.zero))
    for image in 0..<images {
      nk_quantise(
        &quantising, x + image * window.input.pixels * pitch, entries + image * imageEntries * kernel.entry,
        kernel.number)
    }
    let pixels = window.outputHeight * window.outputWidth
    var form = nk_quantised(
      x: entries, image_stride: imageEntries, out_pixels: pixels, starts: starts, lines: window.kernelHeight,
      line_stride: columns * window.input.channels, line: window.kernelWidth * window.input.channels, weights: packed,
      filters: filters, z: z, z_pitch: zPitch)
    // Tiles whose entries and result stay in the cache while the kernel goes over them for every group of filters.
    let pixelBytes = window.input.channels * window.stride * window.stride + 4 * filters
    let tile = max(Self.leastTile, Self.tileBytes / pixelBytes)
    for first in stride(from: 0, to: images * pixels, by: tile) {
      nk_quantised(&form, first, min(first + tile, images * pixels), kernel.number)
    }
  }

  private static let leastTile = 192
  private static let tileBytes = 1 << 18
}
