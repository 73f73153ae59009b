/// A run of whole output rows, counted through all images of a batch, that a worker takes at once.
struct Tile {
  var firstRow: Int
  var rows: Int
}

extension Window {
  /// Floats of a gathered tile that should fit the second-level cache beside the weights.
  private static let gatheredCount = 1 << 17
  /// Floats of a tile's input and output together, for the same reason.
  private static let directCount = 1 << 17

  /// Output rows of a tile that is gathered: enough pixels for a good matrix product, few enough for the cache.
  var gatheredRows: Int {
    let pixels = isPointwise ? 512 : min(1024, max(64, Self.gatheredCount / area))
    return max(1, pixels / outputWidth)
  }

  /// Output rows of a tile for the direct kernel, which goes over it once for every group of filters.
  func directRows(filters: Int) -> Int {
    let pixels = min(1024, max(64, Self.directCount / (input.channels * stride * stride + filters)))
    return max(1, pixels / outputWidth)
  }

  /// The output rows of some images in tiles of `rows`.
  func tiles(_ images: Range<Int>, rows: Int) -> [Tile] {
    let (first, end) = (images.lowerBound * outputHeight, images.upperBound * outputHeight)
    return Swift.stride(from: first, to: end, by: rows).map { Tile(firstRow: $0, rows: min(rows, end - $0)) }
  }
}
