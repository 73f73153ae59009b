internal import CNetworkKernels
internal import Glibc

/// From planes to channels last, or back: `count` times rows × columns to columns × rows.
struct GraphLayoutStep: GraphStep {
  let reads: [Int]
  let writes: Int
  let count: Int
  let rows: Int
  let columns: Int

  func run(_ memory: GraphMemory) { nk_nchw_to_nhwc(memory[reads[0]], count, rows, columns, memory[writes]) }
}

struct GraphPoolStep: GraphStep {
  enum Kind {
    case maximum
    case average(countsPadding: Bool)
  }

  let reads: [Int]
  let writes: Int
  let kind: Kind
  let frame: nk_frame
  let count: Int

  func run(_ memory: GraphMemory) {
    var frame = frame
    switch kind {
    case .maximum: nk_frame_max_pool(&frame, count, memory[reads[0]], memory[writes])
    case .average(let countsPadding):
      nk_frame_average_pool(&frame, count, memory[reads[0]], memory[writes], countsPadding ? 1 : 0)
    }
  }
}

/// Scales maps by tables of where each row and column comes from.
struct GraphResizeStep: GraphStep {
  /// A place between two neighbours: (1 − t) × low + t × high.
  struct Tap {
    var low: Int
    var high: Int
    var t: Float
  }

  let reads: [Int]
  let writes: Int
  private let count: Int
  private let shape: Shape
  private let rows: [Tap]
  private let columns: [Tap]
  private let isNearest: Bool

  /// - Parameter map: N×C×H×W of the operand.
  init(_ resize: GraphResize, map: [Int], from: Int, to: Int) {
    (reads, writes, count) = ([from], to, map[0])
    shape = Shape(height: map[2], width: map[3], channels: map[1])
    rows = Self.taps(resize, resize.scaleHeight, from: map[2], to: resize.height)
    columns = Self.taps(resize, resize.scaleWidth, from: map[3], to: resize.width)
    isNearest = resize.interpolation == .nearest
  }

  private static func taps(_ resize: GraphResize, _ scale: Double, from: Int, to: Int) -> [Tap] {
    (0..<to).map { index in
      let x = Double(index)
      let place: Double =
        switch resize.coordinates {
        case .asymmetric: x / scale
        case .halfPixel: (x + 0.5) / scale - 0.5
        case .halfPixelOrZero: to > 1 ? (x + 0.5) / scale - 0.5 : 0
        case .alignedCorners: to > 1 ? x * Double(from - 1) / Double(to - 1) : 0
        }
      let within = min(max(place, 0), Double(from - 1))
      guard resize.interpolation == .nearest else {
        let low = Int(within)
        return Tap(low: low, high: min(low + 1, from - 1), t: Float(within - Double(low)))
      }
      let rounded: Double =
        switch resize.rounding {
        case .halfDown: (place - 0.5).rounded(.up)
        case .halfUp: (place + 0.5).rounded(.down)
        case .floor: place.rounded(.down)
        case .ceiling: place.rounded(.up)
        }
      let nearest = Int(min(max(rounded, 0), Double(from - 1)))
      return Tap(low: nearest, high: nearest, t: 0)
    }
  }

  /// Two blended input rows.
  var scratchCount: Int { isNearest ? 0 : shape.width * shape.channels }

  func run(_ memory: GraphMemory) {
    let (x, z) = (memory[reads[0]], memory[writes])
    let (channels, line) = (shape.channels, shape.width * shape.channels)
    for image in 0..<count {
      for (y, row) in rows.enumerated() {
        var above = UnsafePointer(x + (image * shape.height + row.low) * line)
        if !isNearest {
          nk_blend(above, x + (image * shape.height + row.high) * line, row.t, memory.scratch, line)
          above = UnsafePointer(memory.scratch)
        }
        let out = z + (image * rows.count + y) * columns.count * channels
        for (column, tap) in columns.enumerated() {
          let to = out + column * channels
          if isNearest {
            to.update(from: above + tap.low * channels, count: channels)
          } else {
            nk_blend(above + tap.low * channels, above + tap.high * channels, tap.t, to, channels)
          }
        }
      }
    }
  }
}
