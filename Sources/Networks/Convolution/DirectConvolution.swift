internal import CNetworkKernels

/// A convolution, or its adjoint, by the direct kernel: the window's geometry as a table, and packed weights.
///
/// Constant but for `pack`, which must not run beside anything else.
final class DirectConvolution {
  /// How the kernel finds its input.
  private enum Source {
    /// Pixel after pixel of the map itself.
    case pointwise
    /// By a table of offsets.
    case table
    /// Pixel after pixel of a gathered matrix: where a window's lines are too short or the table would be too long.
    case gathered
  }

  static let longestTable = 1 << 22

  private let window: Window
  private let source: Source
  private let lanes: Int
  private let pitch: Int
  private let imageStride: Int
  private let outputPixels: Int
  private let taps: Int
  private let channels: Int
  private let filters: Int
  private let offsets: UnsafeMutablePointer<Int32>
  private let zeros: FloatBuffer
  private let packed: FloatBuffer
  private let isAdjoint: Bool

  /// From a map of `window.input` with `pitch` floats a pixel.
  init(_ window: Window, filters: Int, pitch: Int, lanes: Int) {
    let taps = window.kernelHeight * window.kernelWidth
    let pixels = window.outputHeight * window.outputWidth
    source =
      window.isPointwise
      ? .pointwise
      : window.input.channels < PaddedRows.shortestLine || pixels * taps > Self.longestTable ? .gathered : .table
    (self.window, self.filters, self.pitch, self.lanes) = (window, filters, pitch, lanes)
    isAdjoint = false
    switch source {
    case .pointwise: (self.taps, channels, outputPixels, imageStride) = (1, window.input.channels, 1, pitch)
    case .gathered: (self.taps, channels, outputPixels, imageStride) = (1, window.area, 1, window.area)
    case .table:
      (self.taps, channels, outputPixels, imageStride) = (
        taps, window.input.channels, pixels, window.input.pixels * pitch
      )
    }
    offsets = .allocate(capacity: outputPixels * self.taps)
    zeros = FloatBuffer(zeros: channels)
    packed = FloatBuffer(count: nk_direct_packed_count(filters, self.taps * channels, lanes))
    guard source == .table else {
      offsets.initialize(to: 0)
      return
    }
    fillTable(height: window.outputHeight, width: window.outputWidth) { y, x, row, column in
      (y * window.stride - window.padding + row, x * window.stride - window.padding + column)
    } within: {
      window.input
    }
  }

  /// The adjoint of a convolution with stride 1: from the gradient of its result, `filters` floats a pixel without
  /// gaps, to that of its input. Nil where the window's stride or size rules it out.
  init?(adjointOf window: Window, filters: Int, lanes: Int) {
    let taps = window.kernelHeight * window.kernelWidth
    guard window.stride == 1, window.input.pixels * taps <= Self.longestTable else { return nil }
    source = window.isPointwise ? .pointwise : .table
    (self.window, self.filters, pitch, self.lanes) = (window, window.input.channels, filters, lanes)
    isAdjoint = true
    self.taps = taps
    channels = filters
    outputPixels = source == .pointwise ? 1 : window.input.pixels
    imageStride = (source == .pointwise ? 1 : window.outputHeight * window.outputWidth) * filters
    offsets = .allocate(capacity: outputPixels * taps)
    zeros = FloatBuffer(zeros: channels)
    packed = FloatBuffer(count: nk_direct_packed_count(window.input.channels, taps * filters, lanes))
    guard source == .table else {
      offsets.initialize(to: 0)
      return
    }
    fillTable(height: window.input.height, width: window.input.width) { y, x, row, column in
      (y + window.padding - row, x + window.padding - column)
    } within: {
      Shape(height: window.outputHeight, width: window.outputWidth, channels: filters)
    }
  }

  deinit { offsets.deallocate() }

  /// For every pixel and tap the offset of the pixel that `place` names, or −1 outside the map.
  private func fillTable(
    height: Int, width: Int, place: (_ y: Int, _ x: Int, _ row: Int, _ column: Int) -> (y: Int, x: Int),
    within map: () -> Shape
  ) {
    let map = map()
    var next = offsets
    for y in 0..<height {
      for x in 0..<width {
        for row in 0..<window.kernelHeight {
          for column in 0..<window.kernelWidth {
            let from = place(y, x, row, column)
            let inside = (0..<map.height).contains(from.y) && (0..<map.width).contains(from.x)
            next.initialize(to: inside ? Int32((from.y * map.width + from.x) * pitch) : -1)
            next += 1
          }
        }
      }
    }
  }

  /// Takes the convolution's weights, filters × area, in both directions.
  func pack(_ weights: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil) {
    let area = window.area
    let inner = window.input.channels
    if isAdjoint {
      nk_direct_pack(weights, 1, inner, area, nil, filters, taps, channels, lanes, packed.pointer)
    } else if source == .gathered {
      nk_direct_pack(weights, area, 0, 1, bias, filters, 1, area, lanes, packed.pointer)
    } else {
      nk_direct_pack(weights, area, inner, 1, bias, filters, taps, channels, lanes, packed.pointer)
    }
  }

  /// Floats of scratch memory that `run` needs for `pixels` of output.
  func scratchCount(pixels: Int) -> Int { source == .gathered ? pixels * window.area : 0 }

  /// Output pixels of whole rows, counted through all images: z = bias + weights · x, with ReLU where asked for.
  /// - Parameters:
  ///   - x: the first image.
  ///   - z: the first image's first output pixel, `zPitch` floats from one to the next.
  func run(
    _ rows: Tile, x: UnsafePointer<Float>, z: UnsafeMutablePointer<Float>, zPitch: Int, relu: Bool, adds: Bool = false,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let width = isAdjoint ? window.input.width : window.outputWidth
    let (from, to) = (rows.firstRow * width, (rows.firstRow + rows.rows) * width)
    var direct = nk_direct(
      x: x, image_stride: imageStride, out_pixels: outputPixels, taps: taps, offsets: offsets, zeros: zeros.pointer,
      channels: channels, weights: packed.pointer, filters: filters, z: z, z_pitch: zPitch, relu: relu ? 1 : 0,
      add: adds ? 1 : 0)
    guard source == .gathered else { return nk_direct(&direct, from, to, lanes) }
    var form = window.kernelForm
    nk_gather(&form, x, pitch, rows.firstRow, rows.rows, scratch)
    direct.x = UnsafePointer(scratch)
    direct.z = z + from * zPitch
    nk_direct(&direct, 0, to - from, lanes)
  }
}
