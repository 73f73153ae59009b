/// A run of whole output rows, counted through all images of a batch, that a worker takes at once.
struct Tile {
  var firstRow: Int
  var rows: Int
}

extension Window {
  /// Floats of a gathered tile that should fit the second-level cache beside the weights.
  static let tileCount = 1 << 17

  /// Output rows of one tile: enough pixels for a good matrix product, few enough to stay in the cache.
  var rowsPerTile: Int {
    let pixels = isPointwise ? 512 : min(1024, max(64, Self.tileCount / area))
    return max(1, pixels / outputWidth)
  }

  func tiles(_ images: Range<Int>) -> [Tile] {
    let (first, end) = (images.lowerBound * outputHeight, images.upperBound * outputHeight)
    return stride(from: first, to: end, by: rowsPerTile).map {
      Tile(firstRow: $0, rows: min(rowsPerTile, end - $0))
    }
  }

  private func stride(from: Int, to: Int, by: Int) -> StrideTo<Int> { Swift.stride(from: from, to: to, by: by) }
}
